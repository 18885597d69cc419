// The payment a request refers to. The acquirer has its own rules about originals; these are the issuer's: it must be ours,
// of the right kind, once approved, and between the same account and the same merchant.

import type { TransactionKind } from '@shua/scheme'
import type { Authorization, Facts } from './facts.ts'

/** The original when it fits the request, whatever became of it since it was approved. */
export function matchOriginal(facts: Facts, kinds: readonly TransactionKind[]): Authorization | undefined {
  const { request, account, chain } = facts
  const original = chain[0]
  if (!original || original.accountId !== account.accountId || original.merchantId !== request.merchantId)
    return undefined
  // A declined or barred payment never took effect: to the request it is as good as unknown.
  if (original.state === 'declined' || original.state === 'barred') return undefined
  if (request.amount && request.amount.currency !== original.currency) return undefined
  return kinds.some((kind) => kind === original.kind) ? original : undefined
}

/** Whether the payment still stands as it was approved. */
export function isOpen(original: Authorization): boolean {
  return original.state === 'approved' && original.refundedMinor === 0n
}
