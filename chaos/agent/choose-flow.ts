// What a terminal does next, drawn from its journal's state: a void needs something to void. Everything it may refer to comes from
// the journal, because the process that remembered it may have been killed.

import { Sensitive } from '@shua/card-data'
import type { BatchRecord, Terminal } from '@shua/terminal-core'
import type { SeededRandom } from '../../packages/testkit/src/seeded-random.ts'
import type { AgentConfiguration } from './agent-message.ts'

export interface FlowContext {
  readonly terminal: Terminal
  readonly random: SeededRandom
  readonly configuration: Pick<AgentConfiguration, 'tracks' | 'pin'>
}

export interface Flow {
  readonly name: string
  run(): Promise<{ readonly kind: string; readonly reason?: string | undefined }>
}

const operator = '01'
const supervisor = new Sensitive('123456')
const recordsMax = 60
const largestMinor = 20_000

export function chooseFlow(context: FlowContext): Flow {
  const { terminal, random } = context
  const { state } = terminal
  if (state.records.length >= recordsMax || state.mustSettle || state.settlement !== undefined)
    return settlement(context)
  const ticket = random.next()
  const open = state.records.filter(({ status }) => status === 'approved')
  if (ticket < 0.1) return onRecord(context, 'void', open.filter(isKind('purchase'))) ?? purchase(context)
  if (ticket < 0.18) return onRecord(context, 'refund', refundable(context)) ?? purchase(context)
  if (ticket < 0.3) return preAuthorization(context)
  if (ticket < 0.36) return onHold(context, 'completion', open) ?? purchase(context)
  if (ticket < 0.42) return onHold(context, 'completionAdvice', open) ?? purchase(context)
  if (ticket < 0.45) return onHold(context, 'preAuthorizationVoid', open) ?? purchase(context)
  if (ticket < 0.49) {
    return (
      onRecord(context, 'completionVoid', open.filter(isKind('completion', 'completionAdvice'))) ?? purchase(context)
    )
  }
  if (ticket < 0.52) return balanceInquiry(context)
  if (ticket < 0.54) return settlement(context)
  if (ticket < 0.55) return { name: 'signOn', run: () => terminal.signOn(operator) }
  return purchase(context)
}

function isKind(...kinds: BatchRecord['kind'][]): (record: BatchRecord) => boolean {
  return ({ kind }) => kinds.includes(kind)
}

/** Of this batch and of the one before. */
function refundable({ terminal }: FlowContext): BatchRecord[] {
  const { records, closedBatch } = terminal.state
  return [...records, ...(closedBatch?.records ?? [])].filter(
    (record) => record.status === 'approved' && isKind('purchase', 'completion', 'completionAdvice')(record),
  )
}

function anyCard({ random, configuration }: FlowContext) {
  const { tracks, pin } = configuration
  // The poor card comes seldom: what it is for is the decline.
  const track = random.next() < 0.04 ? tracks.at(-1)! : tracks[random.integer(tracks.length - 1)]!
  return { card: { method: 'stripe', track2: new Sensitive(track.track2) }, pin: new Sensitive(pin), operator } as const
}

function cardOf(record: BatchRecord, { configuration }: FlowContext) {
  const track = configuration.tracks.find(({ masked }) => masked === record.panMasked)
  return track && ({ card: { method: 'stripe', track2: new Sensitive(track.track2) }, operator, supervisor } as const)
}

function anyAmount({ random }: FlowContext) {
  return { minorUnits: BigInt(1 + random.integer(largestMinor)), currency: 'CNY' } as const
}

function purchase(context: FlowContext): Flow {
  const options = { ...anyCard(context), amount: anyAmount(context) }
  return { name: 'purchase', run: () => context.terminal.purchase(options) }
}

function preAuthorization(context: FlowContext): Flow {
  const options = { ...anyCard(context), amount: anyAmount(context) }
  return { name: 'preAuthorization', run: () => context.terminal.preAuthorization(options) }
}

function balanceInquiry(context: FlowContext): Flow {
  const options = { ...anyCard(context), print: false }
  return { name: 'balanceInquiry', run: () => context.terminal.balanceInquiry(options) }
}

function settlement({ terminal }: FlowContext): Flow {
  return { name: 'settlement', run: () => terminal.settle(operator) }
}

function onRecord(
  context: FlowContext,
  name: 'void' | 'completionVoid' | 'refund',
  candidates: readonly BatchRecord[],
): Flow | undefined {
  const { terminal, random } = context
  if (candidates.length === 0) return undefined
  const record = random.pick(candidates)
  const card = cardOf(record, context)
  if (card === undefined) return undefined
  if (name === 'void') return { name, run: () => terminal.void({ ...card, stan: record.stan }) }
  if (name === 'completionVoid') return { name, run: () => terminal.completionVoid({ ...card, stan: record.stan }) }
  if (record.rrn === undefined) return undefined
  const { rrn } = record
  const minorUnits = 1n + BigInt(random.integer(Number(record.amountMinor)))
  const amount = { minorUnits, currency: record.currency }
  return { name, run: () => terminal.refund({ ...card, amount, rrn, date: monthDay(record) }) }
}

function onHold(
  context: FlowContext,
  name: 'completion' | 'completionAdvice' | 'preAuthorizationVoid',
  open: readonly BatchRecord[],
): Flow | undefined {
  const { terminal, random } = context
  const holds = open.filter(isKind('preAuthorization'))
  if (holds.length === 0) return undefined
  const record = random.pick(holds)
  const card = cardOf(record, context)
  const approvalCode = record.approvalCode
  if (card === undefined || approvalCode === undefined) return undefined
  const whole = { minorUnits: record.amountMinor, currency: record.currency }
  const part = { ...whole, minorUnits: 1n + BigInt(random.integer(Number(record.amountMinor))) }
  const reference = { ...card, approvalCode, date: monthDay(record) }
  if (name === 'preAuthorizationVoid') {
    return { name, run: () => terminal.preAuthorizationVoid({ ...reference, amount: whole }) }
  }
  return { name, run: () => terminal[name]({ ...reference, amount: part }) }
}

function monthDay({ date }: BatchRecord): string {
  return date.slice(5, 7) + date.slice(8, 10)
}
