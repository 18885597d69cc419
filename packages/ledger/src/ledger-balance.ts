// Balances and invariants over a list of transfers: what the database's own checks prove for the whole ledger, proved here
// for transfers in memory. A balance is credits minus debits, so an asset account stands below zero.

import type { Currency } from '@shua/money'
import type { LedgerAccount } from './ledger-account.ts'
import type { Transfer } from './transfer.ts'

export interface AccountBalance {
  readonly account: LedgerAccount
  readonly currency: Currency
  readonly balanceMinor: bigint
}

export interface TransferViolation {
  readonly transferId: string | undefined
  readonly what: 'amountNotPositive' | 'sameAccount' | 'idRepeated' | 'currencyNotBalanced'
}

/** Credits minus debits of every account and currency that occurs, ordered by name. */
export function balancesOf(transfers: readonly Transfer[]): AccountBalance[] {
  const sums = new Map<string, AccountBalance>()
  const post = (account: LedgerAccount, currency: Currency, change: bigint): void => {
    const key = `${account} ${currency}`
    const balanceMinor = (sums.get(key)?.balanceMinor ?? 0n) + change
    sums.set(key, { account, currency, balanceMinor })
  }
  for (const { debit, credit, amount } of transfers) {
    post(debit, amount.currency, -amount.minorUnits)
    post(credit, amount.currency, amount.minorUnits)
  }
  return [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, balance]) => balance)
}

/** Empty when every transfer is whole and the balances of each currency sum to zero. */
export function checkTransfers(transfers: readonly Transfer[]): TransferViolation[] {
  const violations: TransferViolation[] = []
  const seen = new Set<string>()
  for (const { shard, transferId, amount, debit, credit } of transfers) {
    if (amount.minorUnits <= 0n) violations.push({ transferId, what: 'amountNotPositive' })
    if (debit === credit) violations.push({ transferId, what: 'sameAccount' })
    if (seen.has(`${shard} ${transferId}`)) violations.push({ transferId, what: 'idRepeated' })
    seen.add(`${shard} ${transferId}`)
  }
  const totals = new Map<Currency, bigint>()
  for (const { currency, balanceMinor } of balancesOf(transfers)) {
    totals.set(currency, (totals.get(currency) ?? 0n) + balanceMinor)
  }
  for (const total of totals.values()) {
    if (total !== 0n) violations.push({ transferId: undefined, what: 'currencyNotBalanced' })
  }
  return violations
}
