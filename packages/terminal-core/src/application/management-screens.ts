// 管理: operators, downloads, line test, language, self-test, and the cases nobody has closed yet.

import type { UnresolvedCase } from '../state/terminal-state.ts'
import { amountText, askSupervisor, centerLine, choose, confirm, largeLine } from './ask.ts'
import { changePasswordScreens, operatorScreens } from './operator-screens.ts'
import { refusalScreen, showManagementOutcome } from './result-screen.ts'
import { totalsLines } from './settlement-screens.ts'
import type { TerminalKey, ViewLine } from './terminal-view.ts'
import type { Say, TextKey } from './texts.ts'
import { whileBusy, type Ui } from './ui.ts'

const choices = [
  { label: 'operators', value: 'operators' },
  { label: 'parameterDownload', value: 'parameterDownload' },
  { label: 'stopListDownload', value: 'stopListDownload' },
  { label: 'echo', value: 'echo' },
  { label: 'language', value: 'language' },
  { label: 'selfTest', value: 'selfTest' },
  { label: 'cases', value: 'cases' },
  { label: 'changePassword', value: 'changePassword' },
  { label: 'logOut', value: 'logOut' },
] as const

/** True when the operator logs out. */
export async function managementScreens(ui: Ui): Promise<boolean> {
  for (;;) {
    const answer = await choose(ui, 'management', choices)
    if (answer.kind !== 'value') return false
    if (answer.value === 'logOut') return true
    await runManagement(ui, answer.value)
  }
}

async function runManagement(ui: Ui, what: Exclude<(typeof choices)[number]['value'], 'logOut'>): Promise<void> {
  switch (what) {
    case 'operators':
      return await operatorScreens(ui)
    case 'parameterDownload':
      return await download(ui, what, () => ui.terminal.downloadParameters())
    case 'stopListDownload':
      return await download(ui, what, () => ui.terminal.downloadStopList())
    case 'echo':
      return await download(ui, what, () => ui.terminal.echo())
    case 'language': {
      const language = ui.prompter.language === 'zh' ? 'en' : 'zh'
      ui.prompter.language = language
      return await ui.terminal.chooseLanguage(language)
    }
    case 'selfTest':
      return await selfTest(ui)
    case 'cases':
      return await caseScreens(ui)
    case 'changePassword':
      await changePasswordScreens(ui)
  }
}

async function download(ui: Ui, title: TextKey, work: () => ReturnType<Ui['terminal']['echo']>): Promise<void> {
  const outcome = await whileBusy(ui, (say) => ({ title: say(title), lines: [centerLine(say('working'))] }), work)
  await showManagementOutcome(ui, title, outcome, (say) => [largeLine(say('done'), 'good')])
}

async function selfTest(ui: Ui): Promise<void> {
  const { terminal } = ui
  const line = await whileBusy(
    ui,
    (say) => ({ title: say('selfTest'), lines: [centerLine(say('working'))] }),
    () => terminal.echo(),
  )
  const paper = await terminal.printTransactionList()
  const result = (say: Say, good: boolean): string => say(good ? 'good' : 'bad')
  await ui.prompter.tell((say) => {
    const { pinPad, signedOn, masterKeyCheckValue } = terminal.state
    const keys = pinPad === undefined ? say('keysNone') : signedOn ? say('good') : say('keysNotSignedOn')
    const row = (label: TextKey, text: string, good: boolean): ViewLine => ({
      text: `${say(label)}  ${text}`,
      tone: good ? 'good' : 'bad',
    })
    return {
      title: say('selfTest'),
      lines: [
        row('testKeys', `${keys} ${masterKeyCheckValue ?? ''}`, pinPad !== undefined && signedOn),
        row('testLine', result(say, line.kind === 'done'), line.kind === 'done'),
        row('testPaper', result(say, paper.kind === 'printed'), paper.kind === 'printed'),
      ],
    }
  })
}

const problems: Record<UnresolvedCase['problem'], TextKey> = {
  reversalUnanswered: 'caseReversal',
  adviceDeclined: 'caseAdviceDeclined',
  adviceUnknown: 'caseAdviceUnknown',
  batchAbandoned: 'caseBatch',
}

function caseLines(unresolved: UnresolvedCase, say: Say): ViewLine[] {
  return [
    centerLine(say(problems[unresolved.problem]), 'wait'),
    largeLine(amountText(unresolved.amountMinor)),
    centerLine(unresolved.panMasked),
    centerLine(`${unresolved.batchNumber} / ${unresolved.stan}`, 'muted'),
    centerLine(unresolved.at, 'muted'),
  ]
}

async function caseScreens(ui: Ui): Promise<void> {
  let index = 0
  for (;;) {
    const { cases } = ui.terminal.state
    if (cases.length === 0) {
      await ui.prompter.tell((say) => ({ title: say('cases'), lines: [largeLine(say('noCases'), 'good')] }))
      return
    }
    index = Math.min(index, cases.length - 1)
    const current = cases[index]!
    const key: TerminalKey = await ui.prompter.tell((say) => ({
      title: `${say('cases')} ${index + 1}/${cases.length}`,
      lines: caseLines(current, say),
      hint: say('caseHint'),
    }))
    if (key === 'cancel') return
    if (key === 'down') index += 1
    if (key === 'up') index = Math.max(index - 1, 0)
    if (key === '1' && current.reversal !== undefined) await retryCase(ui, current.id)
    if (key === '2') await closeCase(ui, current.id)
  }
}

async function retryCase(ui: Ui, caseId: string): Promise<void> {
  const outcome = await whileBusy(
    ui,
    (say) => ({ title: say('cases'), lines: [centerLine(say('sending'))] }),
    () => ui.terminal.retryCase(caseId),
  )
  const reversed = outcome.kind === 'reversed'
  await ui.prompter.tell((say) => ({
    status: reversed ? 'approved' : 'unknown',
    title: say('cases'),
    lines: [largeLine(say(reversed ? 'reversed' : 'reversalWaiting'), reversed ? 'good' : 'wait')],
  }))
}

async function closeCase(ui: Ui, caseId: string): Promise<void> {
  const password = await askSupervisor(ui, 'cases')
  if (password.kind !== 'value') return
  const outcome = await ui.terminal.closeCase(caseId, password.value)
  if (outcome.kind === 'refused') await ui.prompter.tell(refusalScreen(ui, 'cases', outcome.reason))
}

/** Offered when the host will not settle a batch: the supervisor answers for clearing it. */
export async function clearBatchScreens(ui: Ui): Promise<void> {
  const agreed = await confirm(ui, 'clearBatch', () => totalsLines(ui))
  if (agreed.kind !== 'value') return
  const password = await askSupervisor(ui, 'clearBatch')
  if (password.kind !== 'value') return
  const outcome = await ui.terminal.abandonBatch(password.value)
  if (outcome.kind === 'refused') await ui.prompter.tell(refusalScreen(ui, 'clearBatch', outcome.reason))
}
