// 重打印: any transaction of the batch again, the last settlement, the list, an operator's shift. A second copy says so.

import type { PrintResult } from '../driver/printer.ts'
import { refused, type Refused } from '../engine/outcome.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'
import { shiftTotalsSlip, transactionListSlip } from '../receipt/report-slips.ts'
import { printSettlement } from '../settlement/print-settlement.ts'
import { printPayment, printSlip } from './print-payment.ts'

export type PrintOutcome =
  | { readonly kind: 'printed' }
  | { readonly kind: 'notPrinted'; readonly why: PrintResult }
  | Refused

function outcomeOf(result: PrintResult): PrintOutcome {
  return result === 'printed' ? { kind: 'printed' } : { kind: 'notPrinted', why: result }
}

/** Without a trace number: the last approved one. A slip that never came out is printed without the banner. */
export async function reprint(context: TerminalContext, stan: string | undefined): Promise<PrintOutcome> {
  const { records } = context.state
  const record = stan === undefined ? records.at(-1) : records.find((each) => each.stan === stan.padStart(6, '0'))
  if (record === undefined) return refused(stan === undefined ? 'nothingToPrint' : 'originalNotInBatch')
  return outcomeOf(await printPayment(context, record, { reprint: record.printed }))
}

export async function reprintSettlement(context: TerminalContext): Promise<PrintOutcome> {
  const result = await printSettlement(context, { reprint: context.state.closedBatch?.printed ?? false })
  return result === 'nothing' ? refused('nothingToPrint') : outcomeOf(result)
}

export async function printTransactionList(context: TerminalContext): Promise<PrintOutcome> {
  const { records, batchNumber } = context.state
  const content = transactionListSlip({
    records,
    batchNumber,
    printedAt: context.localText(),
    context: context.slipContext(),
  })
  return outcomeOf(await printSlip(context, { kind: 'transactionList', copy: 'report', content }))
}

export async function printShiftTotals(context: TerminalContext, operator: string): Promise<PrintOutcome> {
  const { records, batchNumber } = context.state
  const content = shiftTotalsSlip({
    records: records.filter((record) => record.operator === operator),
    operator,
    batchNumber,
    printedAt: context.localText(),
    context: context.slipContext(),
  })
  return outcomeOf(await printSlip(context, { kind: 'shiftTotals', copy: 'report', content }))
}

/** What a power cut or an empty paper roll left unprinted. */
export async function printUnprinted(context: TerminalContext): Promise<void> {
  for (const record of context.state.records.filter(({ printed }) => !printed)) {
    // It may have come out just before the power went: the banner tells a second copy from the first.
    if ((await printPayment(context, record, { reprint: true })) !== 'printed') return
  }
  if (context.state.closedBatch?.printed === false) await printSettlement(context, { reprint: false })
}
