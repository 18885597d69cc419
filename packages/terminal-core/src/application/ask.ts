// The questions flows have in common: amount, digits, card, PIN, supervisor, a choice, a yes.

import { parsePan, Sensitive } from '@shua/card-data'
import { formatAmount, type Money } from '@shua/money'
import { readCardEntry, type CardEntry } from '../card/card-entry.ts'
import { supervisorNumber } from '../operators/operators.ts'
import { typed, typedAmount } from './key-entry.ts'
import { back, cancel, value, type Answer } from './prompter.ts'
import type { ViewLine } from './terminal-view.ts'
import type { TextKey } from './texts.ts'
import type { Ui } from './ui.ts'

const amountDigitsMax = 10

export function amountText(minorUnits: bigint): string {
  return formatAmount({ minorUnits, currency: 'CNY' })
}

export function moneyOf(digits: string): Money {
  return { minorUnits: BigInt(digits || '0'), currency: 'CNY' }
}

export function largeLine(text: string, tone: ViewLine['tone'] = 'plain'): ViewLine {
  return { text, size: 'large', align: 'center', tone }
}

export function centerLine(text: string, tone: ViewLine['tone'] = 'plain'): ViewLine {
  return { text, align: 'center', tone }
}

export async function askAmount(ui: Ui, title: TextKey, given?: Money): Promise<Answer<Money>> {
  let digits = given === undefined || given.minorUnits === 0n ? '' : String(given.minorUnits)
  return await ui.prompter.ask(
    (say) => ({
      title: say(title),
      lines: [centerLine(say('amount'), 'muted'), largeLine(amountText(moneyOf(digits).minorUnits))],
      input: { kind: 'amount', shown: amountText(moneyOf(digits).minorUnits), lengthMax: amountDigitsMax },
      hint: say('amountHint'),
    }),
    (input): Answer<Money> | undefined => {
      if (input.type !== 'key') return undefined
      if (input.key === 'cancel') return cancel
      if (input.key === 'clear' && digits === '') return back
      if (input.key === 'enter') return digits === '' ? undefined : value(moneyOf(digits))
      digits = typedAmount(digits, input.key, amountDigitsMax) ?? digits
      return undefined
    },
  )
}

export interface DigitsQuestion {
  readonly title: TextKey
  readonly prompt: TextKey
  readonly lengthMax: number
  /** Shows ● instead of digits. */
  readonly hidden?: boolean
  readonly note?: TextKey | undefined
  readonly hint?: TextKey
  /** What is wrong with an entry, or undefined when it may go on. */
  readonly wrong?: (text: string) => TextKey | undefined
}

export async function askDigits(ui: Ui, question: DigitsQuestion): Promise<Answer<string>> {
  let text = ''
  let problem: TextKey | undefined
  return await ui.prompter.ask(
    (say) => ({
      title: say(question.title),
      lines: [
        centerLine(say(question.prompt), 'muted'),
        ...(problem ? [centerLine(say(problem), 'bad')] : []),
        ...(question.note ? [centerLine(say(question.note), 'muted')] : []),
      ],
      input: {
        kind: question.hidden === true ? 'pin' : 'digits',
        shown: question.hidden === true ? '●'.repeat(text.length) : text,
        lengthMax: question.lengthMax,
      },
      hint: say(question.hint ?? 'amountHint'),
    }),
    (input): Answer<string> | undefined => {
      if (input.type !== 'key') return undefined
      if (input.key === 'cancel') return cancel
      if (input.key === 'clear' && text === '') return back
      if (input.key === 'enter') {
        problem = question.wrong?.(text)
        return problem === undefined ? value(text) : undefined
      }
      text = typed(text, input.key, question.lengthMax) ?? text
      return undefined
    },
  )
}

/** A PIN, or undefined when the cardholder pressed enter without one. */
export async function askPin(
  ui: Ui,
  title: TextKey,
  problem?: TextKey,
): Promise<Answer<Sensitive<string> | undefined>> {
  const answer = await askDigits(ui, {
    title,
    prompt: 'pin',
    lengthMax: 12,
    hidden: true,
    note: problem,
    hint: 'pinHint',
    wrong: (text) => (text === '' || text.length >= 4 ? undefined : 'pinWrong'),
  })
  if (answer.kind !== 'value') return answer
  return value(answer.value === '' ? undefined : new Sensitive(answer.value))
}

export async function askSupervisor(ui: Ui, title: TextKey): Promise<Answer<Sensitive<string>>> {
  const first = ui.terminal.state.operators.find(({ number }) => number === supervisorNumber)?.mustChange === true
  const answer = await askDigits(ui, {
    title,
    prompt: 'supervisor',
    lengthMax: 12,
    hidden: true,
    note: first ? 'supervisorFirst' : undefined,
  })
  return answer.kind === 'value' ? value(new Sensitive(answer.value)) : answer
}

export interface CardQuestion {
  readonly title: TextKey
  readonly amount: Money | undefined
  readonly manual: boolean
}

/** Typed digits begin a card number; the last four are shown, so that a passer-by cannot read it off. */
function shownNumber(digits: string): string {
  return '•'.repeat(Math.max(digits.length - 4, 0)) + digits.slice(-4)
}

export async function askCard(ui: Ui, question: CardQuestion): Promise<Answer<CardEntry>> {
  let digits = ''
  let problem: TextKey | undefined
  const number = await ui.prompter.ask(
    (say) => ({
      title: say(question.title),
      lines: [
        ...(question.amount ? [largeLine(amountText(question.amount.minorUnits))] : []),
        centerLine(say('card')),
        ...(problem ? [centerLine(say(problem), 'bad')] : []),
      ],
      input: digits === '' ? null : { kind: 'digits', shown: shownNumber(digits), lengthMax: 19 },
      hint: say(question.manual ? 'cardHint' : 'cardOnlyHint'),
      accepts: { keys: true, stripe: true, chip: false, tap: false },
    }),
    (input): Answer<CardEntry> | undefined => {
      if (input.type === 'swipe') {
        const entry = { method: 'stripe', track2: input.track2 } as const
        if (readCardEntry(entry)) return value(entry)
        problem = 'cardReadWrong'
        return undefined
      }
      if (input.key === 'cancel') return cancel
      if (input.key === 'clear' && digits === '') return back
      if (input.key === 'enter' && digits !== '') {
        const pan = parsePan(digits)
        if (pan) return value({ method: 'manual', pan, expiry: undefined })
        problem = 'cardNumberWrong'
        return undefined
      }
      if (question.manual) digits = typed(digits, input.key, 19) ?? digits
      return undefined
    },
  )
  return number.kind === 'value' && number.value.method === 'manual'
    ? await askExpiry(ui, question, number.value)
    : number
}

async function askExpiry(
  ui: Ui,
  question: CardQuestion,
  entry: Extract<CardEntry, { method: 'manual' }>,
): Promise<Answer<CardEntry>> {
  const answer = await askDigits(ui, {
    title: question.title,
    prompt: 'expiry',
    lengthMax: 4,
    wrong: (text) => (/^\d\d(0[1-9]|1[0-2])$/.test(text) ? undefined : 'expiryWrong'),
  })
  if (answer.kind === 'back') return await askCard(ui, question)
  if (answer.kind === 'cancel') return answer
  return value({ ...entry, expiry: answer.value })
}

export interface Choice<T> {
  readonly label: TextKey
  readonly value: T
}

/** A menu; digits choose from the top. */
export async function choose<T>(ui: Ui, title: TextKey, choices: readonly Choice<T>[]): Promise<Answer<T>> {
  return await ui.prompter.ask(
    (say) => ({
      title: say(title),
      menu: choices.map(({ label }, index) => ({ key: String(index + 1), label: say(label) })),
      hint: say('chooseHint'),
    }),
    (input): Answer<T> | undefined => {
      if (input.type !== 'key') return undefined
      if (input.key === 'cancel') return cancel
      if (input.key === 'clear') return back
      const choice = /^[1-9]$/.test(input.key) ? choices[Number(input.key) - 1] : undefined
      return choice && value(choice.value)
    },
  )
}

/** True on enter. */
export async function confirm(ui: Ui, title: TextKey, lines: () => ViewLine[]): Promise<Answer<true>> {
  return await ui.prompter.ask(
    (say) => ({ title: say(title), lines: lines(), hint: say('confirmHint') }),
    (input): Answer<true> | undefined => {
      if (input.type !== 'key') return undefined
      if (input.key === 'cancel') return cancel
      if (input.key === 'clear') return back
      return input.key === 'enter' ? value(true) : undefined
    },
  )
}
