// What every message of the dialect carries: who sends it (DE 41, 42), for which batch, and which function (DE 60).
// Both sides build and read it here, so DE 60 has one shape (terminal-protocol §2.3).

import { Fault } from '@shua/assert'
import type { Composite, Message } from '@shua/iso8583'

export interface RequestHead {
  /** DE 41 */
  readonly terminalId: string
  /** DE 42 */
  readonly merchantId: string
  /** DE 11; an echo test has none. */
  readonly stan: string | undefined
  /** DE 60.1 */
  readonly typeCode: string
  /** DE 60.2 */
  readonly batchNumber: string
  /** DE 60.3 */
  readonly networkCode: string
  /** DE 60.4 and 60.5, present in financial messages. */
  readonly readCapability: string | undefined
  readonly chipCondition: string | undefined
}

/** The fault of a field that a message needs, or that holds what it must not; the host answers it with a format error. */
export function fieldFault(path: string, problem: string): Fault {
  return new Fault('SCHEME_FIELD', `DE ${path} ${problem}`, { path })
}

export function requiredText(message: Message, path: string, pattern: RegExp): string {
  const text = message.text(path)
  if (text === undefined) throw fieldFault(path, 'is missing')
  if (!pattern.test(text)) throw fieldFault(path, 'is malformed')
  return text
}

export function optionalText(message: Message, path: string, pattern: RegExp): string | undefined {
  const value = message.get(path)
  if (value === undefined) return undefined
  if (typeof value !== 'string') throw fieldFault(path, 'is missing')
  if (!pattern.test(value)) throw fieldFault(path, 'is malformed')
  return value
}

/** Throws `SCHEME_FIELD` when a part is missing or malformed. */
export function readRequestHead(message: Message): RequestHead {
  const terminalId = requiredText(message, '41', /^[\x21-\x7e][\x20-\x7e]{7}$/)
  const merchantId = requiredText(message, '42', /^[\x21-\x7e][\x20-\x7e]{14}$/)
  return {
    terminalId,
    merchantId,
    stan: optionalText(message, '11', /^\d{6}$/),
    typeCode: requiredText(message, '60.1', /^\d{2}$/),
    batchNumber: requiredText(message, '60.2', /^\d{6}$/),
    networkCode: requiredText(message, '60.3', /^\d{3}$/),
    readCapability: optionalText(message, '60.4', /^\d$/),
    chipCondition: optionalText(message, '60.5', /^\d$/),
  }
}

export function composite(parts: Readonly<Record<string, string | undefined>>): Composite {
  return Object.entries(parts).flatMap(([id, value]) => (value === undefined ? [] : [{ id, value }]))
}

export function writeRequestHead(message: Message, head: RequestHead): Message {
  if (head.stan !== undefined) message.set(11, head.stan)
  return message
    .set(41, head.terminalId)
    .set(42, head.merchantId)
    .set(
      60,
      composite({
        '1': head.typeCode,
        '2': head.batchNumber,
        '3': head.networkCode,
        '4': head.readCapability,
        '5': head.chipCondition,
      }),
    )
}
