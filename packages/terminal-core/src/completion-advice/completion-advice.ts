// 预授权完成(通知): as a completion, but told rather than asked. It is stored first and sent until it is answered, so it works
// while the host is away (terminal-protocol §4.3). It goes with the card number, for a track may not be stored.

import { readCardEntry } from '../card/card-entry.ts'
import { refused, type PaymentOutcome } from '../engine/outcome.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'
import { runPayment } from '../payment/run-payment.ts'
import {
  authorizationReference,
  type AuthorizationReferenceOptions,
} from '../pre-authorization-void/pre-authorization-void.ts'

export async function completionAdvice(
  context: TerminalContext,
  options: AuthorizationReferenceOptions,
): Promise<PaymentOutcome> {
  const card = readCardEntry(options.card)
  if (card === undefined) return refused('cardUnreadable')
  return await runPayment(context, {
    kind: 'completionAdvice',
    operator: options.operator,
    amount: options.amount,
    card: { method: 'stored', pan: card.pan },
    pin: undefined,
    original: authorizationReference(options),
  })
}
