// Puts a transaction on paper: merchant copy, then cardholder copy. The record counts as printed when both came out.

import type { PrintResult, Slip, SlipCopy } from '../driver/printer.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'
import { paymentSlip } from '../receipt/payment-slip.ts'
import type { SlipContent } from '../receipt/slip-context.ts'
import type { BatchRecord } from '../state/batch-record.ts'

const copies = ['merchant', 'cardholder'] as const

export async function printPayment(
  context: TerminalContext,
  record: BatchRecord,
  options: { reprint: boolean },
): Promise<PrintResult> {
  for (const copy of copies) {
    const content = paymentSlip({ record, context: context.slipContext(), copy, reprint: options.reprint })
    const result = await printSlip(context, { kind: record.kind, copy, content })
    if (result !== 'printed') return result
  }
  if (!record.printed) await context.tryAppend({ type: 'slipPrinted', stan: record.stan })
  return 'printed'
}

export async function printSlip(
  context: TerminalContext,
  slip: { kind: string; copy: SlipCopy; content: SlipContent },
): Promise<PrintResult> {
  const { clock, random, printer } = context.drivers
  const complete: Slip = {
    id: `${clock.now().getTime().toString(36)}-${random(6).toString('hex')}`,
    kind: slip.kind,
    title: slip.content.title,
    copy: slip.copy,
    markup: slip.content.markup,
    printedAt: context.nowText(),
  }
  return await printer.print(complete)
}
