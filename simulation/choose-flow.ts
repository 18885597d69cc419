// What a cashier does next, drawn by the seed from what the terminal's journal holds. Some of it must be refused: too large a
// refund, a completion above the permitted share, a wrong PIN, something that was taken back before.

import { Sensitive } from '@shua/card-data'
import type { BatchRecord, Terminal } from '@shua/terminal-core'
import type { SeededRandom } from '../packages/testkit/src/seeded-random.ts'
import { cardPin, type SimulatedCard } from './world/network-template.ts'

export interface Outcome {
  readonly kind: string
  readonly reason?: string | undefined
  readonly responseCode?: string | undefined
}

export interface Flow {
  readonly name: string
  run(): Promise<Outcome>
}

export interface FlowContext {
  readonly terminal: Terminal
  readonly random: SeededRandom
  readonly cards: readonly SimulatedCard[]
  /** Slips of all terminals: people bring them to any of them. */
  readonly slips: readonly BatchRecord[]
}

const operator = '01'
const supervisor = new Sensitive('123456')
const wrongPin = new Sensitive('654321')

export function chooseFlow(context: FlowContext): Flow {
  const { terminal, random } = context
  const { state } = terminal
  if (state.mustSettle || state.settlement !== undefined) return settlement(context)
  const ticket = random.next()
  const approved = state.records.filter(({ status }) => status === 'approved')
  if (ticket < 0.14) return voidOf(context, 'void', state.records.filter(isKind('purchase'))) ?? purchase(context)
  if (ticket < 0.3) return refund(context) ?? purchase(context)
  if (ticket < 0.42) return preAuthorization(context)
  if (ticket < 0.52) return onHold(context, 'completion') ?? preAuthorization(context)
  if (ticket < 0.6) return onHold(context, 'completionAdvice') ?? preAuthorization(context)
  if (ticket < 0.64) return onHold(context, 'preAuthorizationVoid') ?? purchase(context)
  if (ticket < 0.7) {
    const completions = approved.filter(isKind('completion', 'completionAdvice'))
    return voidOf(context, 'completionVoid', completions) ?? purchase(context)
  }
  if (ticket < 0.72) return balanceInquiry(context)
  if (ticket < 0.78) return settlement(context)
  if (ticket < 0.8) return { name: 'signOn', run: () => terminal.signOn(operator) }
  return purchase(context)
}

function isKind(...kinds: BatchRecord['kind'][]): (record: BatchRecord) => boolean {
  return ({ kind }) => kinds.includes(kind)
}

function stripe(card: SimulatedCard) {
  return { method: 'stripe', track2: new Sensitive(card.track2) } as const
}

function anyCard({ random, cards }: FlowContext) {
  const pin = random.next() < 0.03 ? wrongPin : cardPin
  return { card: stripe(random.pick(cards)), pin, operator } as const
}

function cardOf(record: BatchRecord, { cards, random }: FlowContext): SimulatedCard {
  const own = cards.find(({ maskedPan }) => maskedPan === record.panMasked)
  return own === undefined || random.next() < 0.03 ? random.pick(cards) : own
}

/** Small ones mostly, so that many find money; sometimes more than any card has. */
function anyAmount({ random }: FlowContext) {
  const largest = random.next() < 0.1 ? 400_000 : 5_000
  return { minorUnits: BigInt(1 + random.integer(largest)), currency: 'CNY' } as const
}

function purchase(context: FlowContext): Flow {
  const options = { ...anyCard(context), amount: anyAmount(context) }
  return { name: `purchase ${options.amount.minorUnits}`, run: () => context.terminal.purchase(options) }
}

function preAuthorization(context: FlowContext): Flow {
  const options = { ...anyCard(context), amount: anyAmount(context) }
  return {
    name: `preAuthorization ${options.amount.minorUnits}`,
    run: () => context.terminal.preAuthorization(options),
  }
}

function balanceInquiry(context: FlowContext): Flow {
  const options = { ...anyCard(context), print: false }
  return { name: 'balanceInquiry', run: () => context.terminal.balanceInquiry(options) }
}

function settlement({ terminal }: FlowContext): Flow {
  return { name: 'settlement', run: () => terminal.settle(operator) }
}

function voidOf(
  context: FlowContext,
  kind: 'void' | 'completionVoid',
  candidates: readonly BatchRecord[],
): Flow | undefined {
  const { terminal, random } = context
  if (candidates.length === 0) return undefined
  const record = random.pick(candidates)
  const options = { card: stripe(cardOf(record, context)), pin: cardPin, operator, supervisor, stan: record.stan }
  return { name: `${kind} of ${record.stan}`, run: () => terminal[kind](options) }
}

function refund(context: FlowContext): Flow | undefined {
  const { terminal, random, slips } = context
  const candidates = slips.filter(isKind('purchase', 'completion', 'completionAdvice'))
  if (candidates.length === 0) return undefined
  const record = random.pick(candidates)
  const { rrn } = record
  if (rrn === undefined) return undefined
  const whole = random.next() < 0.4
  const minorUnits = whole ? record.amountMinor : 1n + BigInt(random.integer(Number(record.amountMinor) + 50))
  const amount = { minorUnits, currency: record.currency }
  const options = { operator, supervisor, amount, rrn, date: monthDay(record), card: stripe(cardOf(record, context)) }
  return { name: `refund ${minorUnits} of ${rrn}`, run: () => terminal.refund(options) }
}

function onHold(
  context: FlowContext,
  name: 'completion' | 'completionAdvice' | 'preAuthorizationVoid',
): Flow | undefined {
  const { terminal, random, slips } = context
  const holds = slips.filter(isKind('preAuthorization'))
  if (holds.length === 0) return undefined
  const record = random.pick(holds)
  const { approvalCode } = record
  if (approvalCode === undefined) return undefined
  const largest = (Number(record.amountMinor) * 120) / 100
  const share = random.next() < 0.5 ? record.amountMinor : 1n + BigInt(random.integer(Math.floor(largest) + 1))
  const minorUnits = name === 'preAuthorizationVoid' ? record.amountMinor : share
  const options = {
    operator,
    supervisor,
    approvalCode,
    date: monthDay(record),
    card: stripe(cardOf(record, context)),
    pin: cardPin,
    amount: { minorUnits, currency: record.currency },
  }
  return { name: `${name} ${minorUnits} of ${approvalCode}`, run: () => terminal[name](options) }
}

function monthDay({ date }: BatchRecord): string {
  return date.slice(5, 7) + date.slice(8, 10)
}
