// 状态上送 (header digit 2): device states as two-character codes, each with its value (terminal-protocol §2.5).

import { managementExchange, managementOutcome } from '../engine/management-exchange.ts'
import type { ManagementOutcome } from '../engine/outcome.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'

/** Keyboard, PIN pad, reader, printer and display, in this order; 1 is working. */
const deviceCodes = ['01', '02', '03', '04', '05'] as const

export async function statusReport(context: TerminalContext): Promise<ManagementOutcome> {
  const timeoutSeconds = Math.min(Math.round(context.answerTimeoutMs() / 1000), 99)
  const text = `${deviceCodes.map((code) => `${code}1`).join('')}12${String(timeoutSeconds).padStart(2, '0')}`
  const result = await managementExchange(context, {
    kind: 'statusReport',
    networkCode: '362',
    withStan: false,
    operator: undefined,
    data: Buffer.from(text, 'latin1'),
  })
  return managementOutcome(result)
}
