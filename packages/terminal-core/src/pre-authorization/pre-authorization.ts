// 预授权: holds an amount for a later completion. It is reversed on doubt and does not count in settlement.

import type { PurchaseOptions } from '../purchase/purchase.ts'
import { manualEntryAllowed } from '../purchase/purchase.ts'
import { refused, type PaymentOutcome } from '../engine/outcome.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'
import { runPayment } from '../payment/run-payment.ts'

export async function preAuthorization(context: TerminalContext, options: PurchaseOptions): Promise<PaymentOutcome> {
  if (options.card.method === 'manual' && !manualEntryAllowed(context)) return refused('manualEntryOff')
  return await runPayment(context, { ...options, kind: 'preAuthorization', pin: options.pin, original: undefined })
}
