// 签退: gives the working keys back. Without them the terminal refuses to trade until the next sign-on.

import { managementExchange, managementOutcome } from '../engine/management-exchange.ts'
import type { ManagementOutcome } from '../engine/outcome.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'

export async function signOff(context: TerminalContext, operator: string): Promise<ManagementOutcome> {
  const result = await managementExchange(context, { kind: 'signOff', networkCode: '002', withStan: true, operator })
  const outcome = managementOutcome(result)
  if (outcome.kind !== 'done') return outcome
  context.drivers.pinPad.eraseWorkingKeys()
  await context.append({ type: 'signedOff', pinPad: context.drivers.pinPad.exportState() })
  return outcome
}
