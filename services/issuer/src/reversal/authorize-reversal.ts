// The decision about a reversal. A repeated one is approved again without effect; one that comes before its original bars it.

import { transactionKinds, transactionTypes } from '@shua/scheme'
import { approvedLike, declined, type Decision } from '../authorization/decision.ts'
import type { Facts } from '../authorization/facts.ts'
import { isOpen, matchOriginal } from '../authorization/original.ts'
import { undo } from './undo.ts'

const reversibleKinds = transactionKinds.filter((kind) => transactionTypes[kind].reversible)

export function authorizeReversal(facts: Facts): Decision {
  const { request, chain, amountMinor } = facts
  if (chain.length === 0 && request.originalPaymentId !== undefined) {
    return { ...declined('issuerRefusesOriginal'), bars: request.originalPaymentId }
  }
  const original = matchOriginal(facts, reversibleKinds)
  if (original && request.amount && original.amountMinor !== amountMinor) return declined('originalAmountDiffers')
  if (!original) return declined('issuerRefusesOriginal')
  if (original.state === 'reversed') return approvedLike(original, {})
  // An expired hold is gone, and so is what its reversal would undo.
  const isExpired = original.state === 'expired'
  // Voided, completed or refunded: somebody went on with it, so it cannot be undone as if it had never been.
  if (!isOpen(original) && !isExpired) return declined('reversalRefused')
  return undo(facts, original)
}
