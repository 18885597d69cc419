// What counts towards the daily and monthly limits of terminals and merchants (docs/decisions/0009-limits-and-counters.md).

import { transactionTypes, type TransactionKind } from '@shua/scheme'

/**
 * Purchases and authorizations count in full. A completion counts what it takes above its authorization, which was counted
 * when it was made; nothing else counts.
 */
export function countedAmount(
  kind: TransactionKind,
  amountMinor: bigint,
  original: { readonly amountMinor: bigint } | undefined,
): bigint {
  const { money, original: refersTo } = transactionTypes[kind]
  if (money !== 'debit' && money !== 'hold') return 0n
  if (refersTo === 'none') return amountMinor
  const above = amountMinor - (original?.amountMinor ?? 0n)
  return above > 0n ? above : 0n
}
