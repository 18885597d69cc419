// A message without a payment: uses a trace number, has no MAC, and is never reversed (terminal-protocol §2.1, §3.7).

import type { Message } from '@shua/iso8583'
import { writeManagementMessage, type ManagementKind } from '@shua/scheme'
import { exchange, type Exchange } from './exchange.ts'
import type { ManagementOutcome } from './outcome.ts'
import type { TerminalContext } from './terminal-context.ts'

export interface ManagementRequest {
  readonly kind: ManagementKind
  readonly networkCode: string
  /** Echo, status and downloads carry no trace number (§2.9, observed bitmaps). */
  readonly withStan: boolean
  readonly operator: string | undefined
  readonly data?: Uint8Array | undefined
  readonly digits?: string | undefined
  /** Adds what the table of the kind does not hold, such as the currency of a settlement. */
  readonly complete?: (message: Message) => void
}

export async function managementExchange(context: TerminalContext, request: ManagementRequest): Promise<Exchange> {
  const stan = request.withStan ? context.nextStan() : undefined
  if (request.withStan) await context.append({ type: 'traceUsed' })
  const message = writeManagementMessage({
    kind: request.kind,
    head: context.managementHead(request.networkCode, stan),
    operator: request.operator,
    data: request.data,
    digits: request.digits,
  })
  request.complete?.(message)
  const open = context.beginTrace()
  const result = await exchange(context, message, { mac: false, trace: open.trace })
  open.report({
    batchNumber: context.state.batchNumber,
    stan,
    rrn: result.kind === 'answer' ? result.answer.rrn : undefined,
    kind: request.kind,
  })
  return result
}

/** The outcome of an exchange whose answer is done on 00 and declined on everything else. */
export function managementOutcome(result: Exchange): ManagementOutcome {
  if (result.kind === 'noAnswer') return { kind: 'noAnswer', sent: result.sent }
  const { responseCode, rrn } = result.answer
  if (responseCode === '00') return { kind: 'done' }
  return { kind: 'declined', responseCode: responseCode ?? '06', stan: result.message.text('11'), rrn }
}
