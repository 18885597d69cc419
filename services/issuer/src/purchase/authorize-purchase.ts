// The decision about a purchase.

import { payMerchant } from '../account/payment-movements.ts'
import { approved, declined, type Decision } from '../authorization/decision.ts'
import { availableMinor, type Facts } from '../authorization/facts.ts'
import { spend } from '../card/day-spending.ts'
import { refuseCard, refuseLimits, refusePin, refuseScope } from '../card/refuse-card.ts'

export function authorizePurchase(facts: Facts): Decision {
  const { request, account, amountMinor } = facts
  const refusal = refuseCard(facts) ?? refusePin(facts, 'byCard') ?? refuseScope(facts) ?? refuseLimits(facts)
  if (refusal) return declined(refusal)
  if (amountMinor > availableMinor(account)) return declined('insufficientFunds')
  const payment = { account, merchantId: request.merchantId, minor: amountMinor, kind: 'purchase' } as const
  return approved({ movements: [payMerchant(payment)], spent: spend(facts) })
}
