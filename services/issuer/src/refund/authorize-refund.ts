// The decision about a refund.

import { payBack } from '../account/payment-movements.ts'
import { approved, change, declined, type Decision } from '../authorization/decision.ts'
import type { Facts } from '../authorization/facts.ts'
import { matchOriginal } from '../authorization/original.ts'
import { refusePin } from '../card/refuse-card.ts'

export function authorizeRefund(facts: Facts): Decision {
  const { account, amountMinor } = facts
  const original = matchOriginal(facts, ['purchase', 'completion', 'completionAdvice'])
  const refundedMinor = (original?.refundedMinor ?? 0n) + amountMinor
  if (original && original.state !== 'approved') return declined('originalNotOpen')
  if (original && refundedMinor > original.amountMinor) return declined('refundAboveRemaining')
  if (account.status === 'closed') return declined('cardClosed')
  const refusal = refusePin(facts, 'whenGiven')
  if (refusal) return declined(refusal)
  if (!original) return declined('issuerRefusesOriginal')
  const payment = { account, merchantId: original.merchantId, minor: amountMinor, kind: 'refund' } as const
  return approved({ movements: [payBack(payment)], changes: [change(original, { refundedMinor })] })
}
