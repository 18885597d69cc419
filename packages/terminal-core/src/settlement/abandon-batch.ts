// A batch that the host does not know (its data was restored, or the terminal moved to another host) can never settle. The
// supervisor may clear it by hand; its sum stays on the list as a case.

import type { Sensitive } from '@shua/card-data'
import { refused, type Refused } from '../engine/outcome.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'
import { agreedBySupervisor } from '../operators/supervisor.ts'
import { caseSlip, transactionListSlip } from '../receipt/report-slips.ts'
import { printSlip } from '../reprint/print-payment.ts'
import type { UnresolvedCase } from '../state/terminal-state.ts'
import { followingBatch } from './settlement.ts'

export async function abandonBatch(
  context: TerminalContext,
  supervisor: Sensitive<string> | undefined,
): Promise<{ readonly kind: 'done' } | Refused> {
  const wrong = await agreedBySupervisor(context, supervisor)
  if (wrong !== undefined) return refused(wrong)
  const { records, batchNumber } = context.state
  const unresolved: UnresolvedCase = {
    id: `${batchNumber}-batch`,
    problem: 'batchAbandoned',
    kind: undefined,
    stan: '000000',
    batchNumber,
    amountMinor: records.reduce((sum, { amountMinor }) => sum + amountMinor, 0n),
    currency: 'CNY',
    panMasked: '',
    responseCode: undefined,
    at: context.localText(),
    reversal: undefined,
  }
  const slipContext = context.slipContext()
  const printedAt = context.localText()
  const list = transactionListSlip({ records, batchNumber, printedAt, context: slipContext })
  await printSlip(context, { kind: 'transactionList', copy: 'report', content: list })
  const nextBatch = followingBatch(batchNumber)
  await context.append({ type: 'batchAbandoned', nextBatch, closedAt: printedAt, unresolved })
  await printSlip(context, {
    kind: 'batchAbandoned',
    copy: 'report',
    content: caseSlip({ unresolved, context: slipContext }),
  })
  return { kind: 'done' }
}
