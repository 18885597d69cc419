// The conversations that end in a payment by card: purchase, pre-authorization, balance. Amount, card, PIN; then the host.

import type { Sensitive } from '@shua/card-data'
import type { Money } from '@shua/money'
import type { CardEntry } from '../card/card-entry.ts'
import type { PaymentOutcome } from '../engine/outcome.ts'
import { amountText, askAmount, askCard, askPin, largeLine } from './ask.ts'
import type { Answer } from './prompter.ts'
import { retryableCodes, showPaymentOutcome } from './result-screen.ts'
import { runSteps, type Step, type StepResult } from './steps.ts'
import type { TextKey } from './texts.ts'
import { whileBusy, type Ui } from './ui.ts'

export interface CardDraft {
  amount?: Money
  card?: CardEntry
  pin?: Sensitive<string> | undefined
}

/** Stores the value of an answer and says where the flow goes. */
export function took<T>(answer: Answer<T>, store: (value: T) => void): StepResult {
  if (answer.kind !== 'value') return answer.kind
  store(answer.value)
  return 'next'
}

export function amountStep<D extends CardDraft>(ui: Ui, title: TextKey): Step<D> {
  return async (draft) => took(await askAmount(ui, title, draft.amount), (amount) => (draft.amount = amount))
}

export function cardStep<D extends CardDraft>(
  ui: Ui,
  title: TextKey,
  manual = ui.terminal.manualEntryAllowed,
): Step<D> {
  return async (draft) =>
    took(await askCard(ui, { title, amount: draft.amount, manual }), (card) => (draft.card = card))
}

export function pinStep<D extends CardDraft>(ui: Ui, title: TextKey): Step<D> {
  return async (draft) => took(await askPin(ui, title), (pin) => (draft.pin = pin))
}

/** Sends, shows the outcome, and offers another try where that makes sense; a wrong PIN asks for the PIN again. */
export async function sendAndShow(
  ui: Ui,
  title: TextKey,
  draft: CardDraft,
  send: () => Promise<PaymentOutcome>,
): Promise<void> {
  for (;;) {
    const amount = draft.amount
    const outcome = await whileBusy(
      ui,
      (say) => ({
        title: say(title),
        lines: [
          ...(amount ? [largeLine(amountText(amount.minorUnits))] : []),
          { text: say('sending'), align: 'center' },
        ],
      }),
      send,
    )
    const key = await showPaymentOutcome(ui, title, outcome)
    if (outcome.kind !== 'declined' || !retryableCodes.has(outcome.responseCode) || key !== 'enter') return
    if (outcome.responseCode === '55' || outcome.responseCode === '99') {
      const again = await askPin(ui, title)
      if (again.kind !== 'value') return
      draft.pin = again.value
    }
  }
}

export async function purchaseScreens(ui: Ui, given: CardDraft = {}): Promise<void> {
  await cardPaymentScreens(ui, { title: 'purchase', given, send: (options) => ui.terminal.purchase(options) })
}

export async function preAuthorizationScreens(ui: Ui): Promise<void> {
  await cardPaymentScreens(ui, {
    title: 'preAuthorization',
    given: {},
    send: (options) => ui.terminal.preAuthorization(options),
  })
}

async function cardPaymentScreens(
  ui: Ui,
  flow: {
    title: TextKey
    given: CardDraft
    send: (options: {
      operator: string
      amount: Money
      card: CardEntry
      pin: Sensitive<string> | undefined
    }) => Promise<PaymentOutcome>
  },
): Promise<void> {
  const { title, given } = flow
  const draft: CardDraft = { ...given }
  const steps = [
    ...(given.amount ? [] : [amountStep(ui, title)]),
    ...(given.card ? [] : [cardStep(ui, title)]),
    pinStep(ui, title),
  ]
  if (!(await runSteps(draft, steps))) return
  const { amount, card } = draft
  if (amount === undefined || card === undefined) return
  await sendAndShow(ui, title, draft, () => flow.send({ operator: ui.operator, amount, card, pin: draft.pin }))
}

export async function balanceScreens(ui: Ui): Promise<void> {
  const draft: CardDraft = {}
  if (!(await runSteps(draft, [cardStep(ui, 'balance'), pinStep(ui, 'balance')]))) return
  const { card } = draft
  if (card === undefined) return
  await sendAndShow(ui, 'balance', draft, () =>
    ui.terminal.balanceInquiry({ operator: ui.operator, card, pin: draft.pin, print: true }),
  )
}
