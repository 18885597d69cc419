// The decision about a pre-authorization.

import { approved, declined, type Decision } from '../authorization/decision.ts'
import { availableMinor, type Facts } from '../authorization/facts.ts'
import { spend } from '../card/day-spending.ts'
import { refuseCard, refuseLimits, refusePin, refuseScope } from '../card/refuse-card.ts'

const dayMs = 86_400_000

export function authorizePreAuthorization(facts: Facts): Decision {
  const { request, account, programme, amountMinor } = facts
  const refusal = refuseCard(facts) ?? refusePin(facts, 'byCard') ?? refuseScope(facts) ?? refuseLimits(facts)
  if (refusal) return declined(refusal)
  if (amountMinor > availableMinor(account)) return declined('insufficientFunds')
  const expiresAt = new Date(request.at.getTime() + programme.holdDays * dayMs)
  return approved({ hold: { minor: amountMinor, expiresAt }, spent: spend(facts) })
}
