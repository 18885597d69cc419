export { openAccounts, readBalances } from './account-store.ts'
export { checkMoneyRules, checkRules, type Violation } from './check-money-rules.ts'
export { ledgerMigrations } from './ledger-migrations.ts'
export { insertTransfers, readTransfers, transferInsert, transferParameter } from './transfer-store.ts'
