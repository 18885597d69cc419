// Messages without a payment, both ways: sign-on and sign-off, echo, status, downloads, settlement and batch upload
// (terminal-protocol §2.1, §2.5, §2.6). The payload of each stays in its own field and its own file; here is the frame.

import { Message } from '@shua/iso8583'
import { managementKindOf, managementTypes, type ManagementKind } from './management-kind.ts'
import { readRequestHead, writeRequestHead, type RequestHead } from './request-head.ts'

export interface ManagementMessage {
  readonly kind: ManagementKind
  readonly head: RequestHead
  /** DE 63, the operator number; an echo has none. */
  readonly operator: string | undefined
  /** DE 62 as it came: licence and serial, keys, parameters, list pages. */
  readonly data: Uint8Array | undefined
  /** DE 48 digits: totals or batch detail. */
  readonly digits: string | undefined
}

/** Throws `SCHEME_FIELD`; answers undefined when the dialect has no such message. */
export function readManagementMessage(message: Message): ManagementMessage | undefined {
  const head = readRequestHead(message)
  const kind = managementKindOf(message.mti, head.networkCode)
  if (kind === undefined) return undefined
  return {
    kind,
    head,
    operator: message.text('63')?.slice(0, 3),
    data: message.bytes('62'),
    digits: message.text('48'),
  }
}

export function writeManagementMessage(request: ManagementMessage): Message {
  const message = writeRequestHead(new Message(managementTypes[request.kind].mti), request.head)
  if (request.operator !== undefined) message.set(63, request.operator.padEnd(3))
  if (request.data !== undefined) message.set(62, request.data)
  if (request.digits !== undefined) message.set(48, request.digits)
  return message
}
