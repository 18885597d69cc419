// One request, one decision: picks the flow, decides, and tells the observer which check decided. Pure but for the observer.

import { transactionTypes, type PaymentRequest } from '@shua/scheme'
import { balanceInquiry } from '../balance-inquiry/balance-inquiry.ts'
import { completionAdvice } from '../completion/completion-advice.ts'
import { completion } from '../completion/completion.ts'
import { completionVoid } from '../completion-void/completion-void.ts'
import { preAuthorization } from '../pre-authorization/pre-authorization.ts'
import { preAuthorizationVoid } from '../pre-authorization-void/pre-authorization-void.ts'
import { purchase } from '../purchase/purchase.ts'
import { refund } from '../refund/refund.ts'
import { reversal } from '../reversal/reversal.ts'
import { voidFlow } from '../void/void.ts'
import { reportChecks } from './checks.ts'
import { declined, type Decision } from './decision.ts'
import type { Facts } from './facts.ts'
import type { Flow } from './flow.ts'

export const flows: Record<PaymentRequest['kind'], Flow> = {
  balanceInquiry,
  purchase,
  void: voidFlow,
  refund,
  preAuthorization,
  preAuthorizationVoid,
  completion,
  completionAdvice,
  completionVoid,
  reversal,
}

export function decide(facts: Facts): Decision {
  const flow = flows[facts.request.kind]
  const decision =
    movesAmount(facts.request) && facts.amountMinor <= 0n ? declined('amountInvalid') : flow.decide(facts)
  reportChecks(facts, flow.checks, decision)
  return decision
}

/** A reversal repeats the amount of its original or names none; an inquiry has none. */
function movesAmount(request: PaymentRequest): boolean {
  return request.kind !== 'reversal' && transactionTypes[request.kind].money !== 'none'
}
