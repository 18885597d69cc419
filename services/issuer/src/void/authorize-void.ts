// The decision about the void of a purchase.

import { payBack } from '../account/payment-movements.ts'
import { approved, change, declined, type Decision } from '../authorization/decision.ts'
import type { Facts } from '../authorization/facts.ts'
import { isOpen, matchOriginal } from '../authorization/original.ts'
import { unspend } from '../card/day-spending.ts'
import { refusePin } from '../card/refuse-card.ts'

export function authorizeVoid(facts: Facts): Decision {
  const { account, amountMinor, card } = facts
  const original = matchOriginal(facts, ['purchase'])
  if (original && !isOpen(original)) return declined('originalNotOpen')
  if (original && original.amountMinor !== amountMinor) return declined('originalAmountDiffers')
  if (account.status === 'closed') return declined('cardClosed')
  const refusal = refusePin(facts, 'whenGiven')
  if (refusal) return declined(refusal)
  if (!original) return declined('issuerRefusesOriginal')
  const payment = { account, merchantId: original.merchantId, minor: amountMinor, kind: 'void' } as const
  return approved({
    movements: [payBack(payment)],
    changes: [change(original, { state: 'voided' })],
    spent: unspend(card, original),
  })
}
