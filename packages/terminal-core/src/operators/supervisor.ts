// Void, refund and the void of an authorization need the supervisor's password (terminal-protocol §4.4).

import type { Sensitive } from '@shua/card-data'
import type { RefusalReason } from '../engine/outcome.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'
import { logIn, supervisorNumber } from './operators.ts'

/** Undefined when the supervisor agrees. */
export async function agreedBySupervisor(
  context: TerminalContext,
  password: Sensitive<string> | undefined,
): Promise<RefusalReason | undefined> {
  if (password === undefined) return 'needsSupervisor'
  const outcome = await logIn(context, supervisorNumber, password)
  if (outcome.kind === 'locked') return 'supervisorLocked'
  return outcome.kind === 'in' ? undefined : 'supervisorWrong'
}
