// The decision about a completion, requested or advised.

import { money, shareOf } from '@shua/money'
import { payMerchant } from '../account/payment-movements.ts'
import { approved, change, declined, type Decision } from '../authorization/decision.ts'
import { availableMinor, type Facts } from '../authorization/facts.ts'
import { matchOriginal } from '../authorization/original.ts'
import { refuseCard, refusePin, refuseScope } from '../card/refuse-card.ts'

export function authorizeCompletion(facts: Facts): Decision {
  const { request, account, amountMinor } = facts
  const original = matchOriginal(facts, ['preAuthorization'])
  if (original && original.state !== 'approved') return declined('originalNotOpen')
  if (original && amountMinor > completionMaxMinor(facts, original.amountMinor)) return declined('completionAboveShare')
  const kind = request.kind === 'completionAdvice' ? 'completionAdvice' : 'completion'
  const refusal =
    kind === 'completion'
      ? (refuseCard(facts) ?? refusePin(facts, 'whenGiven') ?? refuseScope(facts))
      : refusePin(facts, 'whenGiven')
  if (refusal) return declined(refusal)
  if (amountMinor > availableMinor(account) + (original?.holdMinor ?? 0n)) return declined('insufficientFunds')
  if (!original) return declined('issuerRefusesOriginal')
  return approved({
    movements: [payMerchant({ account, merchantId: original.merchantId, minor: amountMinor, kind })],
    changes: [change(original, { state: 'completed', holdMinor: 0n, completedMinor: amountMinor })],
  })
}

/** Rounded down: a completion never exceeds the permitted share by a fraction either. */
function completionMaxMinor({ account, programme }: Facts, authorizedMinor: bigint): bigint {
  return shareOf(money(authorizedMinor, account.currency), BigInt(programme.completionPercentMax)).minorUnits
}
