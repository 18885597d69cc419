// The decision about the void of a completion.

import { payBack } from '../account/payment-movements.ts'
import { restoreHold } from '../account/restore-hold.ts'
import { approved, change, declined, type Decision } from '../authorization/decision.ts'
import { availableMinor, type Facts } from '../authorization/facts.ts'
import { isOpen, matchOriginal } from '../authorization/original.ts'
import { refusePin } from '../card/refuse-card.ts'

export function authorizeCompletionVoid(facts: Facts): Decision {
  const { request, account, amountMinor } = facts
  const original = matchOriginal(facts, ['completion', 'completionAdvice'])
  if (original && !isOpen(original)) return declined('originalNotOpen')
  if (original && original.amountMinor !== amountMinor) return declined('originalAmountDiffers')
  if (account.status === 'closed') return declined('cardClosed')
  const refusal = refusePin(facts, 'whenGiven')
  if (refusal) return declined(refusal)
  const preAuthorization = facts.chain[1]
  if (!original || !preAuthorization) return declined('issuerRefusesOriginal')
  const hold = restoreHold({
    preAuthorization,
    releasedMinor: original.releasedMinor,
    availableMinor: availableMinor(account) + amountMinor,
    at: request.at,
  })
  const payment = { account, merchantId: original.merchantId, minor: amountMinor, kind: 'completionVoid' } as const
  return approved({
    movements: [payBack(payment)],
    changes: [change(original, { state: 'voided' }), hold.change],
    case: hold.case,
  })
}
