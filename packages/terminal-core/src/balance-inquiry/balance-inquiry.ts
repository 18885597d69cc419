// 余额查询: asks for the available balance. No amount, no reversal, nothing enters the batch.

import type { Sensitive } from '@shua/card-data'
import { localTime } from '@shua/scheme'
import { readCardEntry, type CardEntry } from '../card/card-entry.ts'
import type { PaymentOutcome } from '../engine/outcome.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'
import { runPayment } from '../payment/run-payment.ts'
import { balanceSlip } from '../receipt/report-slips.ts'
import { printSlip } from '../reprint/print-payment.ts'

export interface BalanceInquiryOptions {
  readonly operator: string
  readonly card: CardEntry
  readonly pin?: Sensitive<string> | undefined
  /** The balance is the cardholder's business: it is printed only when asked for. */
  readonly print?: boolean
}

export async function balanceInquiry(
  context: TerminalContext,
  options: BalanceInquiryOptions,
): Promise<PaymentOutcome> {
  const { operator, card, pin } = options
  const outcome = await runPayment(context, {
    kind: 'balanceInquiry',
    operator,
    amount: undefined,
    card,
    pin,
    original: undefined,
  })
  if (outcome.kind !== 'approved' || outcome.balanceMinor === undefined || options.print !== true) return outcome
  const now = localTime(context.now())
  const content = balanceSlip({
    panMasked: readCardEntry(card)?.pan.toString() ?? '',
    entryMode: card.method === 'stripe' ? '021' : '011',
    balanceMinor: outcome.balanceMinor,
    rrn: outcome.rrn,
    date: now.isoDate,
    time: now.time,
    context: context.slipContext(),
  })
  const printed = (await printSlip(context, { kind: 'balanceInquiry', copy: 'cardholder', content })) === 'printed'
  return { ...outcome, printed }
}
