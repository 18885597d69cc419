// Judges an answer against its request field by field (terminal-protocol §1.1, §1.2, §2.9, §4.1, §4.2) and returns every
// disagreement as a sentence, so that a test that expects none shows all of them at once.

import { timingSafeEqual } from 'node:crypto'
import { macInputOf, macOf } from './message-authentication.ts'
import { settlementFlags } from './settlement-fields.ts'
import type { Exchange, TerminalSession } from './terminal-session.ts'
import { hexBytes, type FieldValues } from './wire-message.ts'

export type AnswerClass =
  | 'payment'
  | 'inquiry'
  | 'reversal'
  | 'signOn'
  | 'signOff'
  | 'echo'
  | 'download'
  | 'downloadEnd'
  | 'settlement'
  | 'batch'

/** Present in every answer of the class, whatever field 39 says. A refusal has no settlement date (sample S6). */
const presentAlways: Readonly<Record<AnswerClass, readonly number[]>> = {
  payment: [3, 4, 11, 12, 13, 32, 37, 39, 41, 42, 49, 60],
  inquiry: [3, 11, 12, 13, 32, 37, 39, 41, 42, 49, 60],
  reversal: [3, 4, 11, 12, 13, 32, 37, 39, 41, 42, 49, 60],
  signOn: [11, 12, 13, 32, 37, 39, 41, 42, 60],
  signOff: [11, 12, 13, 32, 37, 39, 41, 42, 60],
  echo: [12, 13, 39, 41, 42, 60],
  download: [12, 13, 37, 39, 41, 42, 60],
  downloadEnd: [12, 13, 37, 39, 41, 42, 60],
  // Hosts disagree on field 39 here: the flags of field 48 decide.
  settlement: [11, 12, 13, 15, 32, 37, 41, 42, 48, 49, 60, 63],
  batch: [11, 12, 13, 32, 37, 39, 41, 42, 48, 60],
}

const presentWhenApproved: Readonly<Record<AnswerClass, readonly number[]>> = {
  payment: [2, 14, 15, 25, 38, 44, 63, 64],
  inquiry: [2, 14, 15, 25, 44, 54, 63, 64],
  reversal: [15, 25, 64],
  signOn: [62],
  signOff: [],
  echo: [],
  download: [62],
  downloadEnd: [],
  settlement: [],
  batch: [],
}

/** Card data and PIN blocks never travel back. */
const neverAnswered: readonly number[] = [22, 26, 35, 36, 52, 59, 61]

/** Transactions whose answer has no field 54, by type (field 60.1): void, refund, void of a pre-authorisation, advice, void of a completion. */
const withoutBalance: readonly string[] = ['23', '25', '11', '24', '21']

/** Fields that come back as they were sent. */
const echoed: readonly number[] = [3, 4, 11, 25, 41, 42, 49, 60]

const formats: Readonly<Record<number, RegExp>> = {
  12: /^(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$/,
  13: /^(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/,
  15: /^(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/,
  32: /^\d{8,11}$/,
  37: /^[0-9A-Z]{12}$/,
  38: /^[0-9A-Z]{6}$/,
  39: /^[0-9A-Z]{2}$/,
  44: /^(?=.{22}$)\d+ *\d+ *$/,
  54: /^(?:\d{4}\d{3}[CD]\d{12})+$/,
  63: /^[A-Z]{3}/,
}

export interface Expected {
  readonly answerClass: AnswerClass
  /** Field 39; absent for a settlement, where the flags decide. */
  readonly code?: string
  /** Fields of the request no host can read, so that they may be missing from the answer. */
  readonly unreadable?: readonly number[]
  /** What fields 2 and 14 of an approval must say. */
  readonly card?: { readonly pan: string; readonly expiry: string }
}

export function answerFaults(session: TerminalSession, exchange: Exchange, expected: Expected): string[] {
  const { request, answer } = exchange
  const approved = answer.fields[39] === '00' || answer.fields[39] === '10'
  const faults = [...envelopeFaults(exchange), ...echoFaults(exchange, expected.answerClass)]
  if (expected.code !== undefined && answer.fields[39] !== expected.code) {
    faults.push(`F39 is ${answer.fields[39] ?? 'absent'}, not ${expected.code}`)
  }
  const wanted = new Set(presentAlways[expected.answerClass])
  if (approved) for (const number of presentWhenApproved[expected.answerClass]) wanted.add(number)
  for (const number of wanted) {
    // What was not sent, or not readable, cannot be echoed.
    const sent = expected.unreadable?.includes(number) === true ? undefined : request.fields[number]
    const cannotEcho = echoed.includes(number) && sent === undefined
    if (answer.fields[number] === undefined && !cannotEcho) faults.push(`F${number} is absent`)
  }
  for (const number of neverAnswered) if (answer.fields[number] !== undefined) faults.push(`F${number} is present`)
  const type = request.fields[60]?.slice(0, 2) ?? ''
  if (answer.fields[54] !== undefined && (withoutBalance.includes(type) || request.mti === '0400')) {
    faults.push('F54 is present')
  }
  faults.push(...formatFaults(answer.fields))
  if (approved && expected.card !== undefined) {
    if (answer.fields[2] !== expected.card.pan) faults.push('F2 is not the card number')
    if (answer.fields[14] !== expected.card.expiry) faults.push(`F14 is ${answer.fields[14] ?? 'absent'}`)
  }
  faults.push(...macFaults(session, exchange))
  if (faults.length > 0) {
    faults.push(`request ${exchange.requestBytes.toString('hex')}`, `answer ${exchange.answerBytes.toString('hex')}`)
  }
  return faults
}

/** The TPDU comes back with its addresses swapped, the header as sent but for digit 6, which is the host's. */
function envelopeFaults({ request, answer }: Exchange): string[] {
  const faults: string[] = []
  const swapped = request.tpdu.slice(0, 2) + request.tpdu.slice(6, 10) + request.tpdu.slice(2, 6)
  if (answer.tpdu !== swapped) faults.push(`the TPDU is ${answer.tpdu}, not ${swapped}`)
  const withoutDigit6 = (header: string) => header.slice(0, 5) + header.slice(6)
  if (withoutDigit6(answer.header) !== withoutDigit6(request.header)) faults.push(`the header is ${answer.header}`)
  const mti = String(Number(request.mti) + 10).padStart(4, '0')
  if (answer.mti !== mti) faults.push(`the MTI is ${answer.mti}, not ${mti}`)
  return faults
}

function echoFaults({ request, answer }: Exchange, answerClass: AnswerClass): string[] {
  const faults: string[] = []
  for (const number of echoed) {
    if (number === 60) continue
    const sent = request.fields[number]
    const received = answer.fields[number]
    if (received !== undefined && received !== sent) {
      faults.push(`F${number} is ${received}, not the ${sent ?? 'absent value'} that was sent`)
    }
  }
  const sent = request.fields[60] ?? ''
  const received = answer.fields[60]
  if (received === undefined) return faults
  // A sign-on brings the host's batch number; everything else of field 60 comes back as sent.
  const comparable = (value: string) => (answerClass === 'signOn' ? value.slice(0, 2) + value.slice(8) : value)
  if (comparable(sent) !== comparable(received)) faults.push(`F60 is ${received}, sent was ${sent}`)
  return faults
}

function formatFaults(fields: FieldValues): string[] {
  const faults: string[] = []
  for (const [number, format] of Object.entries(formats)) {
    const value = fields[Number(number)]
    if (value !== undefined && !format.test(value)) faults.push(`F${number} reads "${value}"`)
  }
  return faults
}

function macFaults(session: TerminalSession, { answer, answerBytes }: Exchange): string[] {
  const mac = answer.fields[64]
  if (mac === undefined) return []
  if (answer.fields[39] === 'A0') return ['an A0 answer carries F64']
  const own = macOf(session.settings.macVariant, session.keys.mac, macInputOf(answerBytes))
  return timingSafeEqual(own, hexBytes(mac)) ? [] : ['the MAC of the answer is wrong']
}

/** The available balance of field 54: the 20-character entry of type 02, signed, in fen. */
export function availableBalance(exchange: Exchange): number {
  const entries = (exchange.answer.fields[54] ?? '').match(/.{20}/g) ?? []
  const entry = entries.find((text) => text.slice(2, 4) === '02' && text.slice(4, 7) === '156')
  if (entry === undefined) throw new Error('the answer has no available balance')
  return Number(entry.slice(8)) * (entry.charAt(7) === 'D' ? -1 : 1)
}

export function flagsOf(exchange: Exchange): string {
  const flags = settlementFlags(exchange.answer.fields[48] ?? '')
  return flags.domestic + flags.foreign
}
