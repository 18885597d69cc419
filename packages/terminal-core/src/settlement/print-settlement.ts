// Prints the totals slip of the batch that was closed last; what did not come out is printed at the next start.

import type { TerminalContext } from '../engine/terminal-context.ts'
import type { PrintResult } from '../driver/printer.ts'
import { settlementSlip } from '../receipt/settlement-slip.ts'
import { printSlip } from '../reprint/print-payment.ts'

export async function printSettlement(
  context: TerminalContext,
  options: { reprint: boolean },
): Promise<PrintResult | 'nothing'> {
  const { closedBatch } = context.state
  if (closedBatch === undefined) return 'nothing'
  const content = settlementSlip({ batch: closedBatch, context: context.slipContext(), reprint: options.reprint })
  const result = await printSlip(context, { kind: 'settlement', copy: 'report', content })
  if (result === 'printed' && !closedBatch.printed) await context.tryAppend({ type: 'settlementSlipPrinted' })
  return result
}
