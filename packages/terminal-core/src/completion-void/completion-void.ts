// 预授权完成撤销: takes back a completion of the open batch; the authorization is open again (terminal-protocol §2.1).

import type { TransactionKind } from '@shua/scheme'
import type { PaymentOutcome } from '../engine/outcome.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'
import { runVoid, type VoidOptions } from '../void/void.ts'

export const voidableCompletions: readonly TransactionKind[] = ['completion', 'completionAdvice']

export async function completionVoid(context: TerminalContext, options: VoidOptions): Promise<PaymentOutcome> {
  return await runVoid(context, { ...options, kind: 'completionVoid', voidableKinds: voidableCompletions })
}
