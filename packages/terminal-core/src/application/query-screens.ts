// 查询与打印: last transaction, totals, list, reprints, shift, and the stop list.

import { describeResponseCode, transactionTypes } from '@shua/scheme'
import { isStopListed, readCardEntry } from '../card/card-entry.ts'
import type { PrintOutcome } from '../reprint/reprint.ts'
import type { LastOutcome } from '../state/terminal-state.ts'
import { amountText, askCard, askDigits, centerLine, choose, largeLine } from './ask.ts'
import { refusalScreen } from './result-screen.ts'
import { totalsLines } from './settlement-screens.ts'
import type { ViewLine } from './terminal-view.ts'
import type { Say, TextKey } from './texts.ts'
import { whileBusy, type Ui } from './ui.ts'

const choices = [
  { label: 'reprintLast', value: 'reprintLast' },
  { label: 'reprintAny', value: 'reprintAny' },
  { label: 'lastTransaction', value: 'lastTransaction' },
  { label: 'totals', value: 'totals' },
  { label: 'printList', value: 'printList' },
  { label: 'reprintSettlement', value: 'reprintSettlement' },
  { label: 'shiftTotals', value: 'shiftTotals' },
  { label: 'stopListQuery', value: 'stopListQuery' },
] as const

export async function queryScreens(ui: Ui): Promise<void> {
  for (;;) {
    const answer = await choose(ui, 'queries', choices)
    if (answer.kind !== 'value') return
    await runQuery(ui, answer.value)
  }
}

async function runQuery(ui: Ui, query: (typeof choices)[number]['value']): Promise<void> {
  switch (query) {
    case 'reprintLast':
      return await printing(ui, query, () => ui.terminal.reprint())
    case 'reprintAny': {
      const voucher = await askDigits(ui, { title: query, prompt: 'voucher', lengthMax: 6 })
      if (voucher.kind === 'value') await printing(ui, query, () => ui.terminal.reprint(voucher.value))
      return
    }
    case 'lastTransaction':
      await ui.prompter.tell((say) => ({ title: say(query), lines: lastTransactionLines(ui, say) }))
      return
    case 'totals':
      await ui.prompter.tell((say) => ({ title: say(query), lines: totalsLines(ui) }))
      return
    case 'printList':
      return await printing(ui, query, () => ui.terminal.printTransactionList())
    case 'reprintSettlement':
      return await printing(ui, query, () => ui.terminal.reprintSettlement())
    case 'shiftTotals':
      return await printing(ui, query, () => ui.terminal.printShiftTotals(ui.operator))
    case 'stopListQuery':
      return await stopListQuery(ui)
  }
}

async function printing(ui: Ui, title: TextKey, work: () => Promise<PrintOutcome>): Promise<void> {
  const outcome = await whileBusy(ui, (say) => ({ title: say(title), lines: [centerLine(say('working'))] }), work)
  if (outcome.kind === 'refused') {
    await ui.prompter.tell(refusalScreen(ui, title, outcome.reason))
    return
  }
  const printed = outcome.kind === 'printed'
  const failed = outcome.kind === 'notPrinted' && outcome.why === 'failed'
  await ui.prompter.tell((say) => ({
    status: printed ? 'approved' : 'error',
    title: say(title),
    lines: [largeLine(say(printed ? 'printed' : failed ? 'printerFailed' : 'noPaper'), printed ? 'good' : 'bad')],
  }))
}

const outcomeTexts: Record<LastOutcome, { key: TextKey; tone: ViewLine['tone'] }> = {
  open: { key: 'outcomeOpen', tone: 'wait' },
  approved: { key: 'approved', tone: 'good' },
  declined: { key: 'declined', tone: 'bad' },
  unknown: { key: 'outcomeUnknown', tone: 'wait' },
  reversed: { key: 'reversed', tone: 'good' },
  unresolved: { key: 'reversalUnresolved', tone: 'wait' },
  stored: { key: 'stored', tone: 'wait' },
  notSent: { key: 'outcomeNotSent', tone: 'bad' },
}

function lastTransactionLines(ui: Ui, say: Say): ViewLine[] {
  const { last } = ui.terminal.state
  if (last === undefined) return [centerLine(say('nothingYet'), 'muted')]
  const zh = ui.prompter.language === 'zh'
  const { name } = transactionTypes[last.kind]
  const { key, tone } = outcomeTexts[last.outcome]
  const code = last.outcome === 'declined' ? last.responseCode : undefined
  const meaning = code === undefined ? undefined : describeResponseCode(code)
  return [
    centerLine(zh ? name.zh : name.en),
    largeLine(amountText(last.amountMinor)),
    centerLine(say(key), tone),
    ...(meaning ? [centerLine(`${code} ${zh ? meaning.zh : meaning.en}`, 'bad')] : []),
    centerLine(last.panMasked, 'muted'),
    centerLine(say('voucherLine', { stan: last.stan }), 'muted'),
    ...(last.rrn === undefined ? [] : [centerLine(say('referenceLine', { rrn: last.rrn }), 'muted')]),
    ...(last.approvalCode === undefined ? [] : [centerLine(say('approvalLine', { code: last.approvalCode }), 'muted')]),
  ]
}

/** What this terminal would do with a card; the host decides on the whole number at every payment anyway (requirement A7). */
async function stopListQuery(ui: Ui): Promise<void> {
  const answer = await askCard(ui, { title: 'stopListQuery', amount: undefined, manual: true })
  if (answer.kind !== 'value') return
  const card = readCardEntry(answer.value)
  const { stopList, stopListLoadedAt } = ui.terminal.state
  const listed = card !== undefined && isStopListed(card.pan, stopList)
  await ui.prompter.tell((say) => ({
    title: say('stopListQuery'),
    lines: [
      centerLine(card?.pan.toString() ?? ''),
      largeLine(say(listed ? 'stopListed' : 'notStopListed'), listed ? 'bad' : 'good'),
      centerLine(
        stopListLoadedAt === undefined
          ? say('stopListNever')
          : say('stopListAge', { count: stopList.length, at: stopListLoadedAt.slice(0, 16).replace('T', ' ') }),
        'muted',
      ),
    ],
  }))
}
