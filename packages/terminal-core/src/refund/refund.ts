// 退货: gives back part or all of a payment of any day, named by its reference number and date; the supervisor agrees. A 0220 is
// never reversed: without an answer it is stored and sent again (terminal-protocol §4.1, §4.3).

import type { Sensitive } from '@shua/card-data'
import type { Money } from '@shua/money'
import type { CardEntry } from '../card/card-entry.ts'
import { refused, type PaymentOutcome } from '../engine/outcome.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'
import { agreedBySupervisor } from '../operators/supervisor.ts'
import { runPayment } from '../payment/run-payment.ts'

export interface RefundOptions {
  readonly operator: string
  readonly amount: Money
  readonly card: CardEntry
  /** DE 37 of the original. */
  readonly rrn: string
  /** MMDD of the original. */
  readonly date: string
  readonly supervisor: Sensitive<string> | undefined
}

export async function refund(context: TerminalContext, options: RefundOptions): Promise<PaymentOutcome> {
  const wrong = await agreedBySupervisor(context, options.supervisor)
  if (wrong !== undefined) return refused(wrong)
  const { operator, amount, card, rrn, date } = options
  const original = { batchNumber: undefined, stan: undefined, date, rrn, approvalCode: undefined }
  return await runPayment(context, { kind: 'refund', operator, amount, card, pin: undefined, original })
}
