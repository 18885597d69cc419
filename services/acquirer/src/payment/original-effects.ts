// What an approved transaction does to earlier journal rows, and how its reversal undoes exactly that.

import { assert } from '@shua/assert'
import type { TransactionKind } from '@shua/scheme'
import type { JournalPayment, StateChange } from '../store/payment-store.ts'
import { flows } from './flows.ts'

/** What its effects have to know about an original. */
export type Original = Pick<JournalPayment, 'shard' | 'paymentId' | 'originalPaymentId'> &
  Partial<Pick<JournalPayment, 'terminalCountedMinor' | 'merchantCountedMinor'>>

/** Unknown where the counted amounts were not read. */
function isUncounted({ terminalCountedMinor, merchantCountedMinor }: Partial<JournalPayment>): boolean {
  return terminalCountedMinor === null && merchantCountedMinor === null
}

/**
 * The state changes an approval causes. `original` is the row the request refers to; a void of a completion also opens the
 * pre-authorization behind it again.
 */
export function effectsOfApproval(
  kind: TransactionKind,
  amountMinor: bigint,
  original: Original | undefined,
): StateChange[] {
  const effect = flows[kind].effect(amountMinor)
  if (effect === undefined) return []
  assert(original, 'a flow with an effect has an original')
  const changes: StateChange[] = [
    { shard: original.shard, paymentId: original.paymentId, uncounted: isUncounted(original), ...effect },
  ]
  if (kind === 'completionVoid') {
    assert(original.originalPaymentId !== null, 'a completion names its pre-authorization')
    changes.push({
      shard: original.shard,
      paymentId: original.originalPaymentId,
      from: 'completed',
      to: 'approved',
      refundedMinor: 0n,
    })
  }
  return changes
}

/** The changes that make an approved transaction not have happened: itself reversed, its effects turned round. */
export function effectsOfReversal(payment: JournalPayment, original: Original | undefined): StateChange[] {
  const undone = effectsOfApproval(payment.kind, payment.amountMinor, original).map((change): StateChange => ({
    ...change,
    from: change.to,
    to: change.from,
    refundedMinor: -change.refundedMinor,
  }))
  return [
    {
      shard: payment.shard,
      paymentId: payment.paymentId,
      from: payment.state,
      to: 'reversed',
      refundedMinor: 0n,
      uncounted: isUncounted(payment),
    },
    ...undone,
  ]
}
