// 结算 on the display: the totals first, one confirmation, then the result of the comparison.

import { batchTotals, totalsByKind } from '../state/batch-totals.ts'
import { transactionTypes } from '@shua/scheme'
import type { SettlementOutcome } from '../engine/outcome.ts'
import { amountText, centerLine, confirm, largeLine } from './ask.ts'
import { declineLines, refusalScreen } from './result-screen.ts'
import type { ViewLine } from './terminal-view.ts'
import { sayIn } from './texts.ts'
import { whileBusy, type Ui } from './ui.ts'

/** Debit and credit of the open batch, then a line per kind. */
export function totalsLines(ui: Ui): ViewLine[] {
  const say = sayIn(ui.prompter.language)
  const { records } = ui.terminal.state
  if (records.length === 0) return [centerLine(say('noTransactions'), 'muted')]
  const { domestic, foreign } = batchTotals(records)
  const sides = [
    {
      key: 'debitLine',
      count: domestic.debitCount + foreign.debitCount,
      minor: domestic.debitMinor + foreign.debitMinor,
    },
    {
      key: 'creditLine',
      count: domestic.creditCount + foreign.creditCount,
      minor: domestic.creditMinor + foreign.creditMinor,
    },
  ] as const
  return [
    ...sides.map(({ key, count, minor }) => centerLine(say(key, { count, amount: amountText(minor) }))),
    ...totalsByKind(records).map(({ kind, count, amountMinor }) => {
      const { name } = transactionTypes[kind]
      const words = { kind: ui.prompter.language === 'zh' ? name.zh : name.en, count, amount: amountText(amountMinor) }
      return centerLine(say('kindLine', words), 'muted')
    }),
  ]
}

export async function settlementScreens(ui: Ui): Promise<void> {
  const agreed = await confirm(ui, 'settlement', () => [
    ...totalsLines(ui),
    centerLine(sayIn(ui.prompter.language)('confirmSettlement'), 'wait'),
  ])
  if (agreed.kind !== 'value') return
  const outcome = await whileBusy(
    ui,
    (say) => ({ title: say('settlement'), lines: [centerLine(say('settling'))] }),
    () => ui.terminal.settle(ui.operator),
  )
  await showSettlement(ui, outcome)
}

async function showSettlement(ui: Ui, outcome: SettlementOutcome): Promise<void> {
  switch (outcome.kind) {
    case 'settled':
      await ui.prompter.tell((say) => ({
        status: 'approved',
        title: say('settlement'),
        lines: [
          largeLine(
            say(outcome.balanced ? 'settledBalanced' : 'settledNotBalanced'),
            outcome.balanced ? 'good' : 'wait',
          ),
          centerLine(say('settledBatch', { closed: outcome.closedBatch, next: outcome.nextBatch })),
          ...(outcome.printed ? [] : [centerLine(say('notPrinted'), 'bad')]),
        ],
      }))
      return
    case 'declined':
      await ui.prompter.tell((say) => ({
        status: 'declined',
        title: say('settlement'),
        lines: declineLines(ui, outcome.responseCode),
      }))
      return
    case 'interrupted':
      await ui.prompter.tell((say) => ({
        status: 'unknown',
        title: say('settlement'),
        lines: [largeLine(say('settlementInterrupted'), 'wait'), centerLine(say('settlementInterruptedNext'))],
      }))
      return
    case 'refused':
      await ui.prompter.tell(refusalScreen(ui, 'settlement', outcome.reason))
  }
}
