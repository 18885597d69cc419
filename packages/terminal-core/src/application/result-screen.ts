// The end of a flow on the display: what happened, whether money moved, what to do next (requirement A12). An unknown outcome is
// amber and follows the reversal until it is known.

import { describeResponseCode } from '@shua/scheme'
import type { ManagementOutcome, PaymentOutcome, RefusalReason } from '../engine/outcome.ts'
import { amountText, centerLine, largeLine } from './ask.ts'
import { refusalTexts } from './refusal-texts.ts'
import type { Screen, TerminalKey, ViewLine } from './terminal-view.ts'
import type { Say, TextKey } from './texts.ts'
import type { Ui } from './ui.ts'

type Drawn = Partial<Screen> & { title: string }

export function refusalScreen(ui: Ui, title: TextKey, reason: RefusalReason): (say: Say) => Drawn {
  return (say) => {
    const zh = ui.prompter.language === 'zh'
    const words = refusalTexts[reason]
    return {
      status: 'error',
      title: say(title),
      lines: [largeLine(zh ? words.zh : words.en, 'bad'), centerLine(zh ? words.nextZh : words.nextEn)],
      hint: say('continueHint'),
    }
  }
}

export function declineLines(ui: Ui, responseCode: string): ViewLine[] {
  const entry = describeResponseCode(responseCode)
  const zh = ui.prompter.language === 'zh'
  return [
    largeLine(`${responseCode} ${zh ? entry.zh : entry.en}`, 'bad'),
    centerLine(zh ? entry.actionZh : entry.actionEn),
  ]
}

/** Declines after which the same transaction may be tried again at once. */
export const retryableCodes: ReadonlySet<string> = new Set(['55', '77', '99', 'A0'])

export async function showPaymentOutcome(ui: Ui, title: TextKey, outcome: PaymentOutcome): Promise<TerminalKey> {
  switch (outcome.kind) {
    case 'approved':
      return await ui.prompter.tell((say) => approvedScreen(say, title, outcome))
    case 'declined':
      return await ui.prompter.tell((say) => ({
        status: 'declined',
        title: say('declined'),
        lines: declineLines(ui, outcome.responseCode),
        hint: say(retryableCodes.has(outcome.responseCode) ? 'retryHint' : 'continueHint'),
      }))
    case 'unknown':
      return await showUnknown(ui, title, outcome)
    case 'stored':
      return await ui.prompter.tell((say) => ({
        status: 'approved',
        title: say(title),
        lines: [largeLine(say('stored'), 'wait'), centerLine(say('voucherLine', { stan: outcome.stan }))],
      }))
    case 'refused':
      return await ui.prompter.tell(refusalScreen(ui, title, outcome.reason))
  }
}

function approvedScreen(say: Say, title: TextKey, outcome: Extract<PaymentOutcome, { kind: 'approved' }>): Drawn {
  const lines: ViewLine[] = [largeLine(say('approved'), 'good')]
  if (outcome.balanceMinor === undefined || outcome.record !== undefined) {
    lines.push(largeLine(amountText(outcome.amountMinor)))
  } else {
    lines.push(centerLine(say('balanceLine'), 'muted'), largeLine(amountText(outcome.balanceMinor)))
  }
  if (outcome.responseCode === '10') lines.push(centerLine(say('approvedPartly'), 'wait'))
  if (outcome.approvalCode !== undefined)
    lines.push(centerLine(say('approvalLine', { code: outcome.approvalCode }), 'muted'))
  lines.push(centerLine(say('voucherLine', { stan: outcome.stan }), 'muted'))
  if (outcome.rrn !== undefined) lines.push(centerLine(say('referenceLine', { rrn: outcome.rrn }), 'muted'))
  if (!outcome.printed) lines.push(centerLine(say('notPrinted'), 'bad'))
  const hint = outcome.record === undefined ? 'continueHint' : 'takeSlip'
  return { status: 'approved', title: say(title), lines, hint: say(hint) }
}

async function showUnknown(
  ui: Ui,
  title: TextKey,
  outcome: Extract<PaymentOutcome, { kind: 'unknown' }>,
): Promise<TerminalKey> {
  return await ui.prompter.tell((say) => {
    if (outcome.next === 'none') {
      return { status: 'unknown', title: say(title), lines: [largeLine(say('inquiryUnanswered'), 'wait')] }
    }
    if (outcome.next === 'repeat') {
      return {
        status: 'unknown',
        title: say(title),
        lines: [largeLine(say('repeatWaiting'), 'wait'), centerLine(say('repeatNext'))],
      }
    }
    return { title: say(title), ...reversalProgress(ui, say, outcome) }
  })
}

/** Drawn again with each change of the journal, so the screen tells how the reversal goes. */
function reversalProgress(
  ui: Ui,
  say: Say,
  { stan, cause }: Extract<PaymentOutcome, { kind: 'unknown' }>,
): Omit<Drawn, 'title'> & { lines: ViewLine[] } {
  const { last, pendingReversal, cases } = ui.terminal.state
  if (last?.stan === stan && last.outcome === 'reversed') {
    return { status: 'unknown', lines: [largeLine(say('reversed'), 'good'), centerLine(say('reversedNext'))] }
  }
  if (cases.some((unresolved) => unresolved.stan === stan && unresolved.problem === 'reversalUnanswered')) {
    return { status: 'unknown', lines: [largeLine(say('reversalUnresolved'), 'wait'), centerLine(say('unknownWait'))] }
  }
  const waiting = pendingReversal !== undefined && pendingReversal.attempts > 0
  const why = cause === 'hostBusy' ? 'hostBusy' : 'unknown'
  const lines = [largeLine(say(why), 'wait'), centerLine(say(waiting ? 'reversalWaiting' : 'unknownWait'))]
  return { status: 'unknown', lines }
}

export async function showManagementOutcome(
  ui: Ui,
  title: TextKey,
  outcome: ManagementOutcome,
  done: (say: Say) => ViewLine[],
): Promise<void> {
  switch (outcome.kind) {
    case 'done':
      await ui.prompter.tell((say) => ({ status: 'approved', title: say(title), lines: done(say) }))
      return
    case 'declined':
      await ui.prompter.tell((say) => ({
        status: 'declined',
        title: say(title),
        lines: declineLines(ui, outcome.responseCode),
      }))
      return
    case 'noAnswer':
      await ui.prompter.tell((say) => ({
        status: 'error',
        title: say(title),
        lines: [largeLine(say('noAnswer'), 'bad'), centerLine(say('noAnswerNext'))],
      }))
      return
    case 'refused':
      await ui.prompter.tell(refusalScreen(ui, title, outcome.reason))
  }
}
