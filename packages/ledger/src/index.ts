export {
  accountKindOf,
  accountKinds,
  cardholderAccount,
  custodyAccount,
  merchantAccount,
  receivableAccount,
  type AccountKind,
  type LedgerAccount,
  type OpenedAccount,
} from './ledger-account.ts'
export { balancesOf, checkTransfers, type AccountBalance, type TransferViolation } from './ledger-balance.ts'
export {
  buildTransfers,
  transferIdOf,
  transferKinds,
  type Movement,
  type PostedPayment,
  type Transfer,
  type TransferKind,
} from './transfer.ts'
