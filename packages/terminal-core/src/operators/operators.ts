// Who works at the terminal (terminal-protocol §4.4): 99 administrator, 00 supervisor, 01 and up cashiers. First run: 01 with
// 0000, 00 with 123456, 99 with 888888; each must choose another password when logging in for the first time.

import { Sensitive } from '@shua/card-data'
import { refused, type Refused } from '../engine/outcome.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'
import type { StoredOperator } from '../state/terminal-state.ts'
import { hashPassword, isPassword, passwordMatches } from './password-hash.ts'

export const supervisorNumber = '00'
const administratorNumber = '99'

export const initialPasswords = { '01': '0000', '00': '123456', '99': '888888' } as const

export type LogInOutcome =
  | { readonly kind: 'in'; readonly number: string; readonly mustChange: boolean }
  | { readonly kind: 'wrong'; readonly triesLeft: number }
  | { readonly kind: 'locked'; readonly untilMs: number; readonly nowMs: number }

const triesMax = 3
const lockMs = 60_000
const saltBytes = 16

/** The operators of a terminal that has none yet. */
export async function createFirstOperators(context: TerminalContext): Promise<void> {
  for (const [number, password] of Object.entries(initialPasswords)) {
    if (context.state.operators.some((operator) => operator.number === number)) continue
    await savePassword(context, { number, password: new Sensitive(password), mustChange: true })
  }
}

async function savePassword(
  context: TerminalContext,
  options: { number: string; password: Sensitive<string>; mustChange: boolean },
): Promise<void> {
  const { number, password, mustChange } = options
  const hashed = await hashPassword(password, context.drivers.random(saltBytes))
  const operator: StoredOperator = { number, ...hashed, mustChange, wrongTries: 0, locks: 0, lockedUntilMs: undefined }
  await context.append({ type: 'operatorSaved', operator })
}

/** An unknown number answers like a wrong password: the list of operators is nobody's business. */
export async function logIn(
  context: TerminalContext,
  number: string,
  password: Sensitive<string>,
): Promise<LogInOutcome> {
  const operator = context.state.operators.find((candidate) => candidate.number === number)
  if (operator === undefined) return { kind: 'wrong', triesLeft: triesMax - 1 }
  const nowMs = context.now().getTime()
  if (operator.lockedUntilMs !== undefined && nowMs < operator.lockedUntilMs) {
    return { kind: 'locked', untilMs: operator.lockedUntilMs, nowMs }
  }
  if (await passwordMatches(password, operator)) {
    const clean = { ...operator, wrongTries: 0, locks: 0, lockedUntilMs: undefined }
    if (operator.wrongTries > 0 || operator.locks > 0) await context.append({ type: 'operatorSaved', operator: clean })
    return { kind: 'in', number, mustChange: operator.mustChange }
  }
  const wrongTries = operator.wrongTries + 1
  if (wrongTries < triesMax) {
    await context.append({ type: 'operatorSaved', operator: { ...operator, wrongTries } })
    return { kind: 'wrong', triesLeft: triesMax - wrongTries }
  }
  // A minute, then two, then four…: guessing a password by hand is hopeless, and nobody locks a shop out for the day.
  const untilMs = nowMs + lockMs * 2 ** Math.min(operator.locks, 10)
  const locked = { ...operator, wrongTries: 0, locks: operator.locks + 1, lockedUntilMs: untilMs }
  await context.append({ type: 'operatorSaved', operator: locked })
  return { kind: 'locked', untilMs, nowMs }
}

/** Whoever is logged in changes the own password; a new one must be four to twelve digits. */
export async function changePassword(
  context: TerminalContext,
  number: string,
  password: Sensitive<string>,
): Promise<{ readonly kind: 'done' } | Refused> {
  if (!isPassword(password)) return refused('passwordMalformed')
  const operator = context.state.operators.find((candidate) => candidate.number === number)
  if (operator === undefined) return refused('notFound')
  // The initial password again would leave the door open that the change is to close.
  if (operator.mustChange && (await passwordMatches(password, operator))) return refused('passwordMalformed')
  await savePassword(context, { number, password, mustChange: false })
  return { kind: 'done' }
}

/** The supervisor adds a cashier, or gives one a new first password, which also unlocks. */
export async function saveOperator(
  context: TerminalContext,
  number: string,
  password: Sensitive<string>,
): Promise<{ readonly kind: 'done' } | Refused> {
  if (!/^\d{2}$/.test(number) || number === supervisorNumber || number === administratorNumber) {
    return refused('numberMalformed')
  }
  if (!isPassword(password)) return refused('passwordMalformed')
  await savePassword(context, { number, password, mustChange: true })
  return { kind: 'done' }
}

export async function removeOperator(
  context: TerminalContext,
  number: string,
): Promise<{ readonly kind: 'done' } | Refused> {
  if (number === supervisorNumber || number === administratorNumber) return refused('numberMalformed')
  if (!context.state.operators.some((operator) => operator.number === number)) return refused('notFound')
  await context.append({ type: 'operatorRemoved', number })
  return { kind: 'done' }
}
