// The decision about a balance inquiry.

import { approved, declined, type Decision } from '../authorization/decision.ts'
import type { Facts } from '../authorization/facts.ts'
import { refuseCard, refusePin, refuseScope } from '../card/refuse-card.ts'

export function authorizeBalanceInquiry(facts: Facts): Decision {
  const refusal = refuseCard(facts) ?? refusePin(facts, 'byCard') ?? refuseScope(facts)
  if (refusal) return declined(refusal)
  return approved({})
}
