// 消费: amount, card, PIN; the host approves or declines, and doubt is reversed (terminal-protocol §2.1).

import type { Sensitive } from '@shua/card-data'
import type { Money } from '@shua/money'
import type { CardEntry } from '../card/card-entry.ts'
import { refused, type PaymentOutcome } from '../engine/outcome.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'
import { runPayment } from '../payment/run-payment.ts'

export interface PurchaseOptions {
  readonly operator: string
  readonly amount: Money
  readonly card: CardEntry
  readonly pin?: Sensitive<string> | undefined
}

export async function purchase(context: TerminalContext, options: PurchaseOptions): Promise<PaymentOutcome> {
  if (options.card.method === 'manual' && !manualEntryAllowed(context)) return refused('manualEntryOff')
  return await runPayment(context, { ...options, kind: 'purchase', pin: options.pin, original: undefined })
}

/** Parameter 20; on until a download says otherwise. */
export function manualEntryAllowed(context: TerminalContext): boolean {
  return context.state.parameters?.manualEntry ?? true
}
