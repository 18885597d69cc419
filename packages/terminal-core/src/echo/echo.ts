// 回响测试: proves the way to the host and back. It carries no trace number (terminal-protocol §2.1).

import { managementExchange, managementOutcome } from '../engine/management-exchange.ts'
import type { ManagementOutcome } from '../engine/outcome.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'

export async function echo(context: TerminalContext): Promise<ManagementOutcome> {
  const request = { kind: 'echo', networkCode: '301', withStan: false, operator: undefined } as const
  return managementOutcome(await managementExchange(context, request))
}
