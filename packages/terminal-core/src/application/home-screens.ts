// The screen a cashier sees all day: type an amount and swipe is a purchase; the menu key leads to everything else.

import type { Money } from '@shua/money'
import { readCardEntry, type CardEntry } from '../card/card-entry.ts'
import { amountText, centerLine, choose, largeLine, moneyOf } from './ask.ts'
import { typedAmount } from './key-entry.ts'
import { clearBatchScreens, managementScreens } from './management-screens.ts'
import { authorizationReferenceScreens, refundScreens, voidScreens } from './original-screens.ts'
import { balanceScreens, preAuthorizationScreens, purchaseScreens } from './payment-screens.ts'
import { queryScreens } from './query-screens.ts'
import { showManagementOutcome } from './result-screen.ts'
import { settlementScreens } from './settlement-screens.ts'
import { whileBusy, type Ui } from './ui.ts'

type HomeAnswer =
  | { readonly kind: 'menu' }
  | { readonly kind: 'pay'; readonly amount?: Money; readonly card?: CardEntry }

const amountDigitsMax = 10

/** One turn of the home screen; true when the operator logs out. */
export async function homeScreens(ui: Ui): Promise<boolean> {
  const answer = await askHome(ui)
  if (answer.kind === 'menu') return await menuScreens(ui)
  const { amount, card } = answer
  await purchaseScreens(ui, { ...(amount ? { amount } : {}), ...(card ? { card } : {}) })
  return false
}

async function askHome(ui: Ui): Promise<HomeAnswer> {
  let digits = ''
  let readWrong = false
  return await ui.prompter.ask(
    (say) => ({
      status: 'idle',
      title: say('home'),
      lines: [
        largeLine(amountText(moneyOf(digits).minorUnits)),
        ...(digits === '' ? [] : [centerLine(say('swipeNow'))]),
        ...(readWrong ? [centerLine(say('cardReadWrong'), 'bad')] : []),
      ],
      input: { kind: 'amount', shown: amountText(moneyOf(digits).minorUnits), lengthMax: amountDigitsMax },
      hint: say(ui.terminal.state.signedOn ? 'homeHint' : 'notSignedOnHint'),
      accepts: { keys: true, stripe: true, chip: false, tap: false },
    }),
    (input): HomeAnswer | undefined => {
      const amount = digits === '' ? {} : { amount: moneyOf(digits) }
      if (input.type === 'swipe') {
        const card = { method: 'stripe', track2: input.track2 } as const
        readWrong = readCardEntry(card) === undefined
        return readWrong ? undefined : { kind: 'pay', ...amount, card }
      }
      if (input.key === 'menu') return { kind: 'menu' }
      if (input.key === 'enter') return digits === '' ? undefined : { kind: 'pay', ...amount }
      if (input.key === 'cancel') digits = ''
      else digits = typedAmount(digits, input.key, amountDigitsMax) ?? digits
      return undefined
    },
  )
}

const choices = [
  { label: 'purchase', value: 'purchase' },
  { label: 'void', value: 'void' },
  { label: 'refund', value: 'refund' },
  { label: 'authorizations', value: 'authorizations' },
  { label: 'balance', value: 'balance' },
  { label: 'settlement', value: 'settlement' },
  { label: 'signOnOff', value: 'signOnOff' },
  { label: 'queries', value: 'queries' },
  { label: 'management', value: 'management' },
] as const

async function menuScreens(ui: Ui): Promise<boolean> {
  const answer = await choose(ui, 'menu', choices)
  if (answer.kind !== 'value') return false
  switch (answer.value) {
    case 'purchase':
      await purchaseScreens(ui)
      return false
    case 'void':
      await voidScreens(ui, 'void')
      return false
    case 'refund':
      await refundScreens(ui)
      return false
    case 'authorizations':
      await authorizationScreens(ui)
      return false
    case 'balance':
      await balanceScreens(ui)
      return false
    case 'settlement':
      await settlementOrClearScreens(ui)
      return false
    case 'signOnOff':
      await signOnOffScreens(ui)
      return false
    case 'queries':
      await queryScreens(ui)
      return false
    case 'management':
      return await managementScreens(ui)
  }
}

async function authorizationScreens(ui: Ui): Promise<void> {
  const answer = await choose(ui, 'authorizations', [
    { label: 'preAuthorization', value: 'preAuthorization' },
    { label: 'preAuthorizationVoid', value: 'preAuthorizationVoid' },
    { label: 'completion', value: 'completion' },
    { label: 'completionAdvice', value: 'completionAdvice' },
    { label: 'completionVoid', value: 'completionVoid' },
  ] as const)
  if (answer.kind !== 'value') return
  if (answer.value === 'preAuthorization') return await preAuthorizationScreens(ui)
  if (answer.value === 'completionVoid') return await voidScreens(ui, 'completionVoid')
  return await authorizationReferenceScreens(ui, answer.value)
}

async function settlementOrClearScreens(ui: Ui): Promise<void> {
  await settlementScreens(ui)
  // Signed on to another batch and still unable to settle: only clearing by hand is left.
  if (ui.terminal.state.mustSettle && ui.terminal.state.settlement === undefined) await clearBatchScreens(ui)
}

async function signOnOffScreens(ui: Ui): Promise<void> {
  const answer = await choose(ui, 'signOnOff', [
    { label: 'signOn', value: 'signOn' },
    { label: 'signOff', value: 'signOff' },
  ] as const)
  if (answer.kind !== 'value') return
  if (answer.value === 'signOn') return await signOnScreens(ui)
  const outcome = await whileBusy(
    ui,
    (say) => ({ title: say('signOff'), lines: [centerLine(say('working'))] }),
    () => ui.terminal.signOff(ui.operator),
  )
  await showManagementOutcome(ui, 'signOff', outcome, (say) => [largeLine(say('signedOff'), 'good')])
}

/** Also done by itself when an operator logs in to a terminal that is not signed on. */
export async function signOnScreens(ui: Ui): Promise<void> {
  const outcome = await whileBusy(
    ui,
    (say) => ({ title: say('signOn'), lines: [centerLine(say('signingOn'))] }),
    () => ui.terminal.signOn(ui.operator),
  )
  await showManagementOutcome(ui, 'signOn', outcome, (say) => [
    largeLine(say('signedOn', { batch: ui.terminal.state.batchNumber }), 'good'),
  ])
}
