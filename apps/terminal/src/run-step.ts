// One step of a script, carried out on the terminal. What a step gave is one word (`approved`, `declined`, `refused` …) with a
// response code or a reason, which `expect` names.

import { Fault } from '@shua/assert'
import { parsePan, Sensitive } from '@shua/card-data'
import { parseAmount, type Money } from '@shua/money'
import { localTime } from '@shua/scheme'
import type { CardEntry, PrintOutcome, Terminal } from '@shua/terminal-core'
import type { ScriptStep } from './script.ts'

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

type Outcome = { readonly kind: string } & Partial<{
  responseCode: string
  reason: string
  stan: string
  rrn: string | undefined
  approvalCode: string | undefined
  amountMinor: bigint
  balanceMinor: bigint | undefined
  balanced: boolean
  closedBatch: string
  nextBatch: string
  why: string
}>

const goodKinds = new Set(['approved', 'done', 'settled', 'printed', 'stored', 'reversed', 'nothingPending'])

function resultOf(outcome: Outcome): StepResult {
  const { kind, responseCode, reason } = outcome
  const details = [
    outcome.stan === undefined ? '' : `voucher ${outcome.stan}`,
    outcome.rrn === undefined ? '' : `reference ${outcome.rrn}`,
    outcome.approvalCode === undefined ? '' : `approval ${outcome.approvalCode}`,
    outcome.balanceMinor === undefined ? '' : `balance ${outcome.balanceMinor}`,
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
  const outcome = await outcomeOf(step, context)
  await context.terminal.whenIdle()
  const result = resultOf(outcome)
  // The reversal of an unknown outcome follows at once; a script may expect how it ended.
  const ended = outcome.kind === 'unknown' ? context.terminal.state.last?.outcome : undefined
  return ended === undefined
    ? result
    : { ...result, words: [...result.words, ended], details: [...result.details, ended] }
}

async function outcomeOf(step: ScriptStep, context: StepContext): Promise<Outcome> {
  const { terminal } = context
  const operator = step.settings.get('operator') ?? context.operator
  switch (step.name) {
    case 'signon':
      return await terminal.signOn(operator)
    case 'signoff':
      return await terminal.signOff(operator)
    case 'echo':
      return await terminal.echo()
    case 'params':
      return await terminal.downloadParameters()
    case 'stoplist':
      return await terminal.downloadStopList()
    case 'settle':
      return await terminal.settle(operator)
    case 'reverse':
      return await terminal.resolveReversal()
    case 'list':
    case 'totals':
    case 'reprint':
      return await print(step, terminal, operator)
    case 'last':
      return terminal.state.last === undefined
        ? { kind: 'nothing' }
        : { ...terminal.state.last, kind: terminal.state.last.outcome }
    default:
      return await payment(step, context, operator)
  }
}

async function print(step: ScriptStep, terminal: Terminal, operator: string): Promise<PrintOutcome> {
  if (step.name === 'list') return await terminal.printTransactionList()
  if (step.name === 'totals') return await terminal.printShiftTotals(operator)
  return await terminal.reprint(step.subject)
}

async function payment(step: ScriptStep, context: StepContext, operator: string): Promise<Outcome> {
  const { terminal } = context
  const card = readCard(step, context.memory)
  const pin = readPin(step)
  const own = step.settings.get('supervisor')
  const supervisor = own === undefined ? context.supervisor : new Sensitive(own)
  switch (step.name) {
    case 'sale':
      return await terminal.purchase({ operator, amount: readAmount(step), card, pin })
    case 'auth':
      return await terminal.preAuthorization({ operator, amount: readAmount(step), card, pin })
    case 'balance':
      return await terminal.balanceInquiry({ operator, card, pin, print: true })
    case 'void':
      return await terminal.void({ operator, stan: readVoucher(step, context), card, pin, supervisor })
    case 'compvoid':
      return await terminal.completionVoid({ operator, stan: readVoucher(step, context), card, pin, supervisor })
    case 'refund': {
      const [rrn, date] = [lastOf(step, context, 'rrn'), readDate(step)]
      return await terminal.refund({ operator, amount: readAmount(step), card, rrn, date, supervisor })
    }
    default: {
      const approvalCode = lastOf(step, context, 'code')
      const options = { operator, amount: readAmount(step), card, pin, approvalCode, date: readDate(step) }
      if (step.name === 'complete') return await terminal.completion(options)
      if (step.name === 'advise') return await terminal.completionAdvice(options)
      return await terminal.preAuthorizationVoid({ ...options, supervisor })
    }
  }
}
