// The decision about the void of a pre-authorization.

import { approved, change, declined, type Decision } from '../authorization/decision.ts'
import type { Facts } from '../authorization/facts.ts'
import { isOpen, matchOriginal } from '../authorization/original.ts'
import { unspend } from '../card/day-spending.ts'
import { refusePin } from '../card/refuse-card.ts'

export function authorizePreAuthorizationVoid(facts: Facts): Decision {
  const { card, amountMinor } = facts
  const original = matchOriginal(facts, ['preAuthorization'])
  if (original && !isOpen(original)) return declined('originalNotOpen')
  if (original && original.amountMinor !== amountMinor) return declined('originalAmountDiffers')
  const refusal = refusePin(facts, 'whenGiven')
  if (refusal) return declined(refusal)
  if (!original) return declined('issuerRefusesOriginal')
  return approved({
    changes: [change(original, { state: 'voided', holdMinor: 0n })],
    spent: unspend(card, original),
  })
}
