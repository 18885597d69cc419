// 预授权完成(请求): takes the actual amount of an authorization, named by its approval code and date; the host allows up to
// 115 % of what was held (terminal-protocol §4.2).

import type { PaymentOutcome } from '../engine/outcome.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'
import { runPayment } from '../payment/run-payment.ts'
import {
  authorizationReference,
  type AuthorizationReferenceOptions,
} from '../pre-authorization-void/pre-authorization-void.ts'

export async function completion(
  context: TerminalContext,
  options: AuthorizationReferenceOptions,
): Promise<PaymentOutcome> {
  const { operator, amount, card, pin } = options
  const original = authorizationReference(options)
  return await runPayment(context, { kind: 'completion', operator, amount, card, pin, original })
}
