// The other slips of a terminal: transaction list, shift totals, balance, and the slips of what could not be ended (§4.5).

import { describeResponseCode, transactionTypes } from '@shua/scheme'
import type { BatchRecord } from '../state/batch-record.ts'
import { totalsByKind } from '../state/batch-totals.ts'
import type { UnresolvedCase } from '../state/terminal-state.ts'
import { blank, center, joinMarkup, large, left, row, rule, strong } from './markup.ts'
import { cardLine, formatSlipDateTime } from './payment-slip.ts'
import { formatCny, totalsRow } from './settlement-slip.ts'
import type { SlipContent, SlipContext } from './slip-context.ts'
import { slipText } from './slip-text.ts'

function head(context: SlipContext, title: string, english: string): (string | undefined)[] {
  return [
    large(title),
    center(english),
    context.testMode ? strong(slipText.test) : undefined,
    rule,
    row(slipText.merchantName, context.merchantName),
    row(slipText.terminalId, context.terminalId),
  ]
}

export function transactionListSlip(options: {
  records: readonly BatchRecord[]
  batchNumber: string
  printedAt: string
  context: SlipContext
}): SlipContent {
  const { records, batchNumber, printedAt, context } = options
  const markup = joinMarkup([
    ...head(context, slipText.detail, slipText.detailEnglish),
    row(slipText.batch, batchNumber),
    row(slipText.dateTime, printedAt),
    rule,
    records.length === 0 ? left(slipText.noTransactions) : undefined,
    ...records.flatMap((record) => [
      row(`${record.stan} ${transactionTypes[record.kind].name.zh}`, formatCny(record.amountMinor)),
      row(cardLine(record), record.status === 'voided' ? slipText.voided : (record.approvalCode ?? '')),
    ]),
    blank,
    '=',
  ])
  return { title: `${slipText.detail} ${slipText.detailEnglish}`, markup }
}

export function shiftTotalsSlip(options: {
  records: readonly BatchRecord[]
  operator: string
  batchNumber: string
  printedAt: string
  context: SlipContext
}): SlipContent {
  const { records, operator, batchNumber, printedAt, context } = options
  const markup = joinMarkup([
    ...head(context, slipText.shift, slipText.shiftEnglish),
    row(slipText.operator, operator),
    row(slipText.batch, batchNumber),
    row(slipText.dateTime, printedAt),
    rule,
    totalsRow([slipText.typeCountAmount[0], slipText.typeCountAmount[1], slipText.typeCountAmount[2]]),
    ...totalsByKind(records).map(({ kind, count, amountMinor }) =>
      totalsRow([transactionTypes[kind].name.zh, String(count), formatCny(amountMinor)]),
    ),
    records.length === 0 ? left(slipText.noTransactions) : undefined,
    blank,
    '=',
  ])
  return { title: `${slipText.shift} ${slipText.shiftEnglish}`, markup }
}

export function balanceSlip(options: {
  panMasked: string
  entryMode: string
  balanceMinor: bigint
  rrn: string | undefined
  date: string
  time: string
  context: SlipContext
}): SlipContent {
  const { context } = options
  const markup = joinMarkup([
    ...head(context, slipText.balance, slipText.balanceEnglish),
    row(slipText.card, cardLine(options)),
    options.rrn === undefined ? undefined : row(slipText.reference, options.rrn),
    row(slipText.dateTime, formatSlipDateTime(options.date, options.time)),
    rule,
    left(slipText.available),
    large(`RMB ${formatCny(options.balanceMinor)}`),
    blank,
    '=',
  ])
  return { title: `${slipText.balance} ${slipText.balanceEnglish}`, markup }
}

const caseTitles: Record<UnresolvedCase['problem'], readonly [string, string]> = {
  reversalUnanswered: [slipText.reversalFailed, slipText.reversalFailedEnglish],
  adviceDeclined: [slipText.adviceFailed, slipText.adviceFailedEnglish],
  adviceUnknown: [slipText.adviceFailed, slipText.adviceFailedEnglish],
  batchAbandoned: [slipText.batchAbandoned, slipText.batchAbandonedEnglish],
}

export function caseSlip(options: { unresolved: UnresolvedCase; context: SlipContext }): SlipContent {
  const { unresolved, context } = options
  const [title, english] = caseTitles[unresolved.problem]
  const { responseCode } = unresolved
  const meaning = responseCode === undefined ? undefined : describeResponseCode(responseCode)
  const markup = joinMarkup([
    ...head(context, title, english),
    unresolved.kind && row(slipText.kind, transactionTypes[unresolved.kind].name.zh),
    row(slipText.batch, unresolved.batchNumber),
    row(slipText.voucher, unresolved.stan),
    row(slipText.card, unresolved.panMasked),
    row(slipText.amount, `RMB ${formatCny(unresolved.amountMinor)}`),
    row(slipText.dateTime, unresolved.at),
    meaning && row(slipText.responseCode, `${responseCode} ${meaning.zh}`),
    rule,
    left(slipText.reversalFailedAdvice),
    left(slipText.reversalFailedAdviceEnglish),
    blank,
    '=',
  ])
  return { title: `${title} ${english}`, markup }
}
