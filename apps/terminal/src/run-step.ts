// One step of a script, carried out on the terminal. What a step gave is one word (`approved`, `declined`, `refused` …) with a
// response code or a reason, which `expect` names.

import { Fault } from '@shua/assert'
import { parsePan, Sensitive } from '@shua/card-data'
import { formatAmount, parseAmount, type Money } from '@shua/money'
import { localTime } from '@shua/scheme'
import type { CardEntry, Terminal } from '@shua/terminal-core'
import type { ScriptStep, StepName } from './script.ts'

export interface StepResult {
  /** The outcome's kind, and every other word that `expect` may use for it. */
  readonly words: readonly string[]
  readonly succeeded: boolean
  readonly responseCode?: string | undefined
  readonly details: readonly string[]
}

/** What later steps may refer to. */
export interface ScriptMemory {
  card: CardEntry | undefined
}

export interface StepContext {
  readonly terminal: Terminal
  readonly memory: ScriptMemory
  readonly operator: string
  readonly supervisor: Sensitive<string>
}

function stepFault(step: ScriptStep, problem: string): Fault {
  return new Fault('TERMINAL_SCRIPT', `line ${step.line}: ${problem}`, { path: String(step.line) })
}

function readCard(step: ScriptStep, memory: ScriptMemory): CardEntry {
  const text = step.settings.get('card')
  if (text === undefined) {
    if (memory.card === undefined) throw stepFault(step, 'name a card with card=')
    return memory.card
  }
  const pan = parsePan(text)
  if (pan) memory.card = { method: 'manual', pan, expiry: step.settings.get('expiry') }
  else memory.card = { method: 'stripe', track2: new Sensitive(text.replace('=', 'D')) }
  return memory.card
}

function readAmount(step: ScriptStep): Money {
  if (step.subject === undefined) throw stepFault(step, 'the amount is missing')
  return parseAmount(step.subject, 'CNY')
}

function readPin(step: ScriptStep): Sensitive<string> | undefined {
  const pin = step.settings.get('pin')
  return pin === undefined ? undefined : new Sensitive(pin)
}

function lastOf(step: ScriptStep, context: StepContext, name: 'rrn' | 'code'): string {
  const text = step.settings.get(name)
  if (text !== undefined && text !== 'last') return text
  const { last } = context.terminal.state
  const remembered = name === 'rrn' ? last?.rrn : last?.approvalCode
  if (remembered === undefined) throw stepFault(step, `name the original with ${name}=`)
  return remembered
}

function readDate(step: ScriptStep): string {
  const text = step.settings.get('date') ?? 'today'
  return text === 'today' ? localTime(new Date()).date : text
}

function readVoucher(step: ScriptStep, context: StepContext): string {
  if (step.subject !== undefined && step.subject !== 'last') return step.subject
  const record = context.terminal.state.records.at(-1)
  if (record === undefined) throw stepFault(step, 'name the voucher number of the original')
  return record.stan
}

/** The parts of the terminal's outcomes that a script line shows. */
interface Outcome {
  readonly kind: string
  readonly responseCode?: string | undefined
  readonly reason?: string | undefined
  readonly stan?: string | undefined
  readonly rrn?: string | undefined
  readonly approvalCode?: string | undefined
  readonly balanceMinor?: bigint | undefined
  readonly balanced?: boolean | undefined
  readonly closedBatch?: string | undefined
  readonly nextBatch?: string | undefined
  readonly why?: string | undefined
}

const goodKinds = new Set(['approved', 'done', 'settled', 'printed', 'stored', 'reversed', 'nothingPending'])

function resultOf(outcome: Outcome): StepResult {
  const { kind, responseCode, reason } = outcome
  const details = [
    outcome.stan === undefined ? '' : `voucher ${outcome.stan}`,
    outcome.rrn === undefined ? '' : `reference ${outcome.rrn}`,
    outcome.approvalCode === undefined ? '' : `approval ${outcome.approvalCode}`,
    outcome.balanceMinor === undefined
      ? ''
      : `balance ${formatAmount({ minorUnits: outcome.balanceMinor, currency: 'CNY' })}`,
    outcome.balanced === undefined ? '' : outcome.balanced ? 'balanced' : 'not balanced',
    outcome.closedBatch === undefined ? '' : `batch ${outcome.closedBatch} closed, next ${outcome.nextBatch}`,
    reason ?? outcome.why ?? '',
  ]
  const balance = outcome.balanced === undefined ? [] : [outcome.balanced ? 'balanced' : 'notBalanced']
  return {
    words: [kind, responseCode ?? '', reason ?? '', ...balance].filter((word) => word !== ''),
    succeeded: goodKinds.has(kind),
    responseCode,
    details: details.filter((detail) => detail !== ''),
  }
}

export async function runStep(step: ScriptStep, context: StepContext): Promise<StepResult> {
  const outcome = await work[step.name](step, context)
  await context.terminal.whenIdle()
  const result = resultOf(outcome)
  // The reversal of an unknown outcome follows at once; a script may expect how it ended.
  const ended = outcome.kind === 'unknown' ? context.terminal.state.last?.outcome : undefined
  return ended === undefined
    ? result
    : { ...result, words: [...result.words, ended], details: [...result.details, ended] }
}

function lastOutcome({ terminal }: StepContext): Outcome {
  const { last } = terminal.state
  return last === undefined ? { kind: 'nothing' } : { ...last, kind: last.outcome }
}

function paymentOptions(step: ScriptStep, context: StepContext) {
  const own = step.settings.get('supervisor')
  return {
    operator: operatorOf(step, context),
    card: readCard(step, context.memory),
    pin: readPin(step),
    supervisor: own === undefined ? context.supervisor : new Sensitive(own),
  }
}

function operatorOf(step: ScriptStep, context: StepContext): string {
  return step.settings.get('operator') ?? context.operator
}

function reference(step: ScriptStep, context: StepContext) {
  return { amount: readAmount(step), approvalCode: lastOf(step, context, 'code'), date: readDate(step) }
}

type Work = (step: ScriptStep, context: StepContext) => Promise<Outcome> | Outcome

const work: Record<StepName, Work> = {
  signon: (step, context) => context.terminal.signOn(operatorOf(step, context)),
  signoff: (step, context) => context.terminal.signOff(operatorOf(step, context)),
  echo: (_step, { terminal }) => terminal.echo(),
  params: (_step, { terminal }) => terminal.downloadParameters(),
  stoplist: (_step, { terminal }) => terminal.downloadStopList(),
  settle: (step, context) => context.terminal.settle(operatorOf(step, context)),
  reverse: (_step, { terminal }) => terminal.resolveReversal(),
  last: (_step, context) => lastOutcome(context),
  list: (_step, { terminal }) => terminal.printTransactionList(),
  totals: (step, context) => context.terminal.printShiftTotals(operatorOf(step, context)),
  reprint: (step, { terminal }) => terminal.reprint(step.subject),
  sale: (step, context) => context.terminal.purchase({ ...paymentOptions(step, context), amount: readAmount(step) }),
  auth: (step, context) =>
    context.terminal.preAuthorization({ ...paymentOptions(step, context), amount: readAmount(step) }),
  balance: (step, context) => context.terminal.balanceInquiry({ ...paymentOptions(step, context), print: true }),
  void: (step, context) =>
    context.terminal.void({ ...paymentOptions(step, context), stan: readVoucher(step, context) }),
  compvoid: (step, context) =>
    context.terminal.completionVoid({ ...paymentOptions(step, context), stan: readVoucher(step, context) }),
  refund: (step, context) =>
    context.terminal.refund({
      ...paymentOptions(step, context),
      amount: readAmount(step),
      rrn: lastOf(step, context, 'rrn'),
      date: readDate(step),
    }),
  authvoid: (step, context) =>
    context.terminal.preAuthorizationVoid({ ...paymentOptions(step, context), ...reference(step, context) }),
  complete: (step, context) =>
    context.terminal.completion({ ...paymentOptions(step, context), ...reference(step, context) }),
  advise: (step, context) =>
    context.terminal.completionAdvice({ ...paymentOptions(step, context), ...reference(step, context) }),
}
