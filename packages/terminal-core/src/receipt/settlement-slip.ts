// 结算总计单: the totals of the batch that was closed, per kind and per card group, and whether the host agreed (§4.3).

import { formatAmount } from '@shua/money'
import { transactionTypes, type CardTotals } from '@shua/scheme'
import { batchTotals, totalsByKind } from '../state/batch-totals.ts'
import type { ClosedBatch } from '../state/terminal-state.ts'
import { blank, center, escapeMarkup, joinMarkup, large, left, row, rule, strong } from './markup.ts'
import type { SlipContent, SlipContext } from './slip-context.ts'
import { slipText } from './slip-text.ts'

const amountWidth = 13
const countWidth = 4

/** Three columns: what, how many, how much. */
export function totalsRow(cells: readonly [string, string, string]): string {
  const [label, count, amount] = cells
  return `{w:*,${countWidth},${amountWidth}}\n${escapeMarkup(label)} | ${escapeMarkup(count)} | ${escapeMarkup(amount)}`
}

export function formatCny(minorUnits: bigint): string {
  return formatAmount({ minorUnits, currency: 'CNY' })
}

function flagText(flag: number): string {
  if (flag === 1) return slipText.balanced
  return flag === 2 ? slipText.notBalanced : slipText.settlementError
}

function groupLines(title: string, totals: CardTotals, flag: number): string[] {
  return [
    row(title, flagText(flag)),
    totalsRow([slipText.debit, String(totals.debitCount), formatCny(totals.debitMinor)]),
    totalsRow([slipText.credit, String(totals.creditCount), formatCny(totals.creditMinor)]),
  ]
}

export function settlementSlip(options: { batch: ClosedBatch; context: SlipContext; reprint: boolean }): SlipContent {
  const { batch, context, reprint } = options
  const totals = batchTotals(batch.records)
  const hasForeign = totals.foreign.debitCount + totals.foreign.creditCount > 0
  const byKind = totalsByKind(batch.records)
  const markup = joinMarkup([
    large(slipText.settlement),
    center(slipText.settlementEnglish),
    context.testMode ? strong(slipText.test) : undefined,
    rule,
    row(slipText.merchantName, context.merchantName),
    row(slipText.merchantId, context.merchantId),
    row(slipText.terminalId, context.terminalId),
    row(slipText.operator, batch.operator),
    row(slipText.batch, batch.batchNumber),
    row(slipText.dateTime, batch.closedAt),
    rule,
    totalsRow([slipText.typeCountAmount[0], slipText.typeCountAmount[1], slipText.typeCountAmount[2]]),
    ...byKind.map(({ kind, count, amountMinor }) =>
      totalsRow([transactionTypes[kind].name.zh, String(count), formatCny(amountMinor)]),
    ),
    byKind.length === 0 ? left(slipText.noTransactions) : undefined,
    rule,
    ...groupLines(slipText.domestic, totals.domestic, batch.domesticFlag),
    ...(hasForeign ? groupLines(slipText.foreign, totals.foreign, batch.foreignFlag) : []),
    rule,
    strong(batch.balanced ? slipText.balanced : flagText(Math.max(batch.domesticFlag, batch.foreignFlag))),
    reprint ? strong(slipText.reprint) : undefined,
    blank,
    '=',
  ])
  return { title: `${slipText.settlement} ${slipText.settlementEnglish}`, markup }
}
