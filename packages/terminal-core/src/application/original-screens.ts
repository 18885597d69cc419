// The conversations that refer to an earlier transaction: void, refund, and the completion and void of an authorization.

import type { Sensitive } from '@shua/card-data'
import { transactionTypes } from '@shua/scheme'
import type { BatchRecord } from '../state/batch-record.ts'
import { amountText, askDigits, askSupervisor, centerLine, confirm, largeLine } from './ask.ts'
import { amountStep, cardStep, pinStep, sendAndShow, took, type CardDraft } from './payment-screens.ts'
import { refusalScreen } from './result-screen.ts'
import { runSteps, type Step } from './steps.ts'
import type { TextKey } from './texts.ts'
import type { Ui } from './ui.ts'

interface OriginalDraft extends CardDraft {
  record?: BatchRecord
  rrn?: string
  date?: string
  approvalCode?: string
  supervisor?: Sensitive<string>
}

function supervisorStep(ui: Ui, title: TextKey): Step<OriginalDraft> {
  return async (draft) => {
    const answer = await askSupervisor(ui, title)
    if (answer.kind !== 'value') return answer.kind
    const wrong = await ui.terminal.checkSupervisor(answer.value)
    if (wrong !== undefined) {
      await ui.prompter.tell(refusalScreen(ui, title, wrong))
      return 'cancel'
    }
    draft.supervisor = answer.value
    return 'next'
  }
}

/** Finds the record, shows it, and lets the operator agree before anybody is asked for a card. */
function recordStep(ui: Ui, title: TextKey, kind: 'void' | 'completionVoid'): Step<OriginalDraft> {
  return async (draft) => {
    const voucher = await askDigits(ui, { title, prompt: 'voucher', lengthMax: 6 })
    if (voucher.kind !== 'value') return voucher.kind
    const record = ui.terminal.findVoidable(voucher.value, kind)
    if (typeof record === 'string') {
      await ui.prompter.tell(refusalScreen(ui, title, record))
      return 'cancel'
    }
    const name = transactionTypes[record.kind].name
    const agreed = await confirm(ui, 'confirmVoid', () => [
      centerLine(ui.prompter.language === 'zh' ? name.zh : name.en, 'muted'),
      largeLine(amountText(record.amountMinor)),
      centerLine(record.panMasked),
      centerLine(`${record.date} ${record.time.slice(0, 2)}:${record.time.slice(2, 4)}`, 'muted'),
    ])
    return took(agreed, () => {
      draft.record = record
      draft.amount = { minorUnits: record.amountMinor, currency: record.currency }
    })
  }
}

function dateStep(ui: Ui, title: TextKey): Step<OriginalDraft> {
  return async (draft) =>
    took(
      await askDigits(ui, {
        title,
        prompt: 'originalDate',
        lengthMax: 4,
        wrong: (text) => (/^(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/.test(text) ? undefined : 'dateWrong'),
      }),
      (date) => (draft.date = date),
    )
}

export async function voidScreens(ui: Ui, kind: 'void' | 'completionVoid'): Promise<void> {
  const draft: OriginalDraft = {}
  const { profile } = ui.terminal.configuration
  const steps = [
    supervisorStep(ui, kind),
    recordStep(ui, kind, kind),
    ...(profile.voidNeedsCard ? [cardStep<OriginalDraft>(ui, kind)] : []),
    ...(profile.voidNeedsPin ? [pinStep<OriginalDraft>(ui, kind)] : []),
  ]
  if (!(await runSteps(draft, steps)) || draft.record === undefined) return
  const { stan } = draft.record
  await sendAndShow(ui, kind, draft, () => {
    const options = { operator: ui.operator, stan, card: draft.card, pin: draft.pin, supervisor: draft.supervisor }
    return kind === 'void' ? ui.terminal.void(options) : ui.terminal.completionVoid(options)
  })
}

export async function refundScreens(ui: Ui): Promise<void> {
  const draft: OriginalDraft = {}
  const steps: Step<OriginalDraft>[] = [
    supervisorStep(ui, 'refund'),
    async (given) =>
      took(
        await askDigits(ui, {
          title: 'refund',
          prompt: 'reference',
          lengthMax: 12,
          wrong: (text) => (text.length === 12 ? undefined : 'referenceWrong'),
        }),
        (rrn) => (given.rrn = rrn),
      ),
    dateStep(ui, 'refund'),
    amountStep(ui, 'refund'),
    cardStep(ui, 'refund'),
  ]
  if (!(await runSteps(draft, steps))) return
  const { amount, card, rrn, date, supervisor } = draft
  if (amount === undefined || card === undefined || rrn === undefined || date === undefined) return
  await sendAndShow(ui, 'refund', draft, () =>
    ui.terminal.refund({ operator: ui.operator, amount, card, rrn, date, supervisor }),
  )
}

export async function authorizationReferenceScreens(
  ui: Ui,
  kind: 'preAuthorizationVoid' | 'completion' | 'completionAdvice',
): Promise<void> {
  const draft: OriginalDraft = {}
  const steps: Step<OriginalDraft>[] = [
    ...(kind === 'preAuthorizationVoid' ? [supervisorStep(ui, kind)] : []),
    async (given) =>
      took(
        await askDigits(ui, {
          title: kind,
          prompt: 'approvalCode',
          lengthMax: 6,
          wrong: (text) => (text.length === 6 ? undefined : 'approvalCodeWrong'),
        }),
        (approvalCode) => (given.approvalCode = approvalCode),
      ),
    dateStep(ui, kind),
    amountStep(ui, kind),
    cardStep(ui, kind),
    ...(kind === 'completion' ? [pinStep<OriginalDraft>(ui, kind)] : []),
  ]
  if (!(await runSteps(draft, steps))) return
  const { amount, card, approvalCode, date, supervisor } = draft
  if (amount === undefined || card === undefined || approvalCode === undefined || date === undefined) return
  await sendAndShow(ui, kind, draft, () => {
    const options = { operator: ui.operator, amount, card, pin: draft.pin, approvalCode, date }
    if (kind === 'completion') return ui.terminal.completion(options)
    if (kind === 'completionAdvice') return ui.terminal.completionAdvice(options)
    return ui.terminal.preAuthorizationVoid({ ...options, supervisor })
  })
}
