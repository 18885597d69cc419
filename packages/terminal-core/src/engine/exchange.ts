// One request to the host and what came back: sets envelope and MAC, sends, and tells an answer from everything else.
// An answer that is unreadable or belongs to another request is no answer (terminal-protocol §4.1, response matching).

import { Fault } from '@shua/assert'
import type { Message } from '@shua/iso8583'
import { answerDifference, isApproval, readAnswer } from '@shua/scheme'
import type { Trace } from '@shua/telemetry'
import type { TerminalContext } from './terminal-context.ts'

export type AnswerFields = ReturnType<typeof readAnswer>

export type Exchange =
  | {
      readonly kind: 'answer'
      readonly answer: AnswerFields
      readonly message: Message
      /** False when the answer had to carry a MAC and it is missing or wrong. */
      readonly macValid: boolean
    }
  | { readonly kind: 'noAnswer'; readonly sent: boolean; readonly cause: 'noAnswer' | 'answerWrong' }

export interface ExchangeOptions {
  /** The request carries DE 64, and an approval must carry a right one. */
  readonly mac: boolean
  readonly trace: Trace
}

export async function exchange(
  context: TerminalContext,
  request: Message,
  options: ExchangeOptions,
): Promise<Exchange> {
  const { trace } = options
  const payload = packRequest(context, request, options)
  showMessage(context, trace, { payload, direction: 'out' })
  const reply = await context.drivers.link.send(payload, context.answerTimeoutMs())
  if (reply.kind === 'noAnswer') {
    trace.event({
      lane: 'terminal',
      kind: 'step',
      name: reply.sent ? 'noAnswer' : 'notSent',
      outcome: 'refused',
      detail: { cause: reply.cause.code },
    })
    return { kind: 'noAnswer', sent: reply.sent, cause: 'noAnswer' }
  }
  showMessage(context, trace, { payload: reply.payload, direction: 'in' })
  return await readReply({ context, request, payload: reply.payload, options })
}

/** Every byte with its meaning, for the X-ray only: it costs more than the rest of an exchange. */
function showMessage(
  context: TerminalContext,
  trace: Trace,
  { payload, direction }: { readonly payload: Buffer; readonly direction: 'in' | 'out' },
): void {
  if (!trace.recording) return
  // MTI behind the 5 bytes of TPDU and the 6 of the header.
  const name = payload.toString('hex', 11, 13)
  const message = context.codec.describe(payload)
  trace.event({ lane: 'terminal', kind: 'message', name, outcome: 'info', direction, message })
}

function packRequest(context: TerminalContext, request: Message, { mac, trace }: ExchangeOptions): Buffer {
  request.envelope['tpdu'] = context.configuration.tpdu
  request.envelope['header'] = context.configuration.header
  if (!mac) return context.codec.pack(request)
  request.set(64, new Uint8Array(8))
  const { data } = context.codec.macInput(context.codec.pack(request))
  request.set(64, context.drivers.pinPad.computeMac(data))
  trace.event({ lane: 'terminal', kind: 'step', name: 'macComputed', outcome: 'ok' })
  return context.codec.pack(request)
}

async function readReply(parts: {
  context: TerminalContext
  request: Message
  payload: Buffer
  options: ExchangeOptions
}): Promise<Exchange> {
  const { context, request, payload, options } = parts
  let message: Message
  try {
    message = context.codec.unpack(payload)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const detail = { fault: error.code, ...(error.path === undefined ? {} : { path: error.path }) }
    options.trace.event({ lane: 'terminal', kind: 'check', name: 'answerReadable', outcome: 'refused', detail })
    return { kind: 'noAnswer', sent: true, cause: 'answerWrong' }
  }
  const difference = answerDifference(request, message)
  options.trace.event({
    lane: 'terminal',
    kind: 'check',
    name: 'answerMatches',
    outcome: difference === undefined ? 'ok' : 'refused',
    ...(difference === undefined ? {} : { detail: { path: difference } }),
  })
  if (difference !== undefined) return { kind: 'noAnswer', sent: true, cause: 'answerWrong' }
  const answer = readAnswer(message)
  const macValid = !options.mac || !needsMac(answer, message) || macMatches(context, payload)
  if (options.mac && needsMac(answer, message)) {
    const outcome = macValid ? 'ok' : 'refused'
    options.trace.event({ lane: 'terminal', kind: 'check', name: 'answerMac', outcome })
  }
  const digit = answer.processingRequirement
  if (digit !== '0') await context.append({ type: 'requirementRaised', digit })
  return { kind: 'answer', answer, message, macValid }
}

/** An approval must carry a MAC; any other answer may, and then it must be right (§3.7). */
function needsMac(answer: AnswerFields, message: Message): boolean {
  return message.has(64) || (answer.responseCode !== undefined && isApproval(answer.responseCode))
}

function macMatches(context: TerminalContext, payload: Buffer): boolean {
  try {
    const { data, mac } = context.codec.macInput(payload)
    return context.drivers.pinPad.verifyMac(data, mac)
  } catch (error) {
    // No DE 64 to check.
    if (error instanceof Fault) return false
    throw error
  }
}
