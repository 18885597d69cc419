// Judges an answer against its request, field by field, from the protocol text alone: envelope (§1.1, §1.2), presence (§2.9),
// echoes (§4.1), formats (§1.4), MAC (§3.7). Every disagreement becomes a check of the case.

import type { Codec, Message } from '@shua/iso8583'
import type { CaseRecord } from '../course/case-record.ts'
import type { WorkingKeys } from '../keys/working-keys.ts'
import type { CertificationProfile, TestCard } from '../profile/certification-profile.ts'
import { answerMti, paymentKindOf } from '../protocol/catalogue.ts'

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

export interface Exchange {
  readonly request: Message
  readonly requestBytes: Buffer
  readonly answer: Message
  readonly answerBytes: Buffer
}

/** Present whatever DE 39 says. A refusal names no settlement date. */
const always: Readonly<Record<AnswerClass, readonly number[]>> = {
  payment: [3, 4, 11, 12, 13, 32, 37, 39, 41, 42, 49, 60],
  inquiry: [3, 11, 12, 13, 32, 37, 39, 41, 42, 49, 60],
  reversal: [3, 4, 11, 12, 13, 32, 37, 39, 41, 42, 49, 60],
  signOn: [11, 12, 13, 32, 37, 39, 41, 42, 60],
  signOff: [11, 12, 13, 32, 37, 39, 41, 42, 60],
  echo: [12, 13, 39, 41, 42, 60],
  download: [12, 13, 39, 41, 42, 60],
  downloadEnd: [12, 13, 39, 41, 42, 60],
  // Hosts disagree about DE 39 here: the flags of DE 48 decide (§4.3).
  settlement: [11, 12, 13, 15, 32, 37, 41, 42, 48, 49, 60],
  batch: [11, 12, 13, 32, 37, 39, 41, 42, 48, 60],
}

const whenApproved: Readonly<Record<AnswerClass, readonly number[]>> = {
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

/** Card data, PIN blocks and references to originals never travel back. */
const never = [22, 26, 35, 36, 52, 59, 61] as const

const echoed = [3, 4, 11, 25, 41, 42, 49] as const

const formats: Readonly<Record<number, RegExp>> = {
  12: /^([01]\d|2[0-3])[0-5]\d[0-5]\d$/,
  13: /^(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/,
  15: /^(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/,
  32: /^\d{6,11}$/,
  37: /^[0-9A-Za-z]{12}$/,
  38: /^[0-9A-Za-z ]{6}$/,
  39: /^[0-9A-Z]{2}$/,
  54: /^(\d{4}\d{3}[CD]\d{12})+$/,
}

export function approves(code: string | undefined): boolean {
  return ['00', '10', '11', 'A2', 'A4', 'A5', 'A6'].includes(code ?? '')
}

export interface Judging {
  readonly record: CaseRecord
  readonly codec: Codec
  readonly profile: CertificationProfile
  readonly keys: WorkingKeys | undefined
}

export function judgeAnswer(
  { request, answer, answerBytes }: Exchange,
  answerClass: AnswerClass,
  judging: Judging & { readonly card?: TestCard },
): void {
  const { record } = judging
  const approved = approves(answer.text('39'))
  judgeEnvelope(request, answer, record)
  judgePresence(request, answer, {
    record,
    wanted: [...always[answerClass], ...(approved ? whenApproved[answerClass] : [])],
  })
  judgeEchoes(request, answer, answerClass, record)
  for (const [field, format] of Object.entries(formats)) {
    const value = answer.text(field)
    if (value !== undefined && !format.test(value))
      record.check(`F${field}`, `of the form ${format.source}`, value, false)
  }
  if (approved && judging.card !== undefined && answer.has(2)) {
    const right = answer.text('2') === judging.card.pan.reveal()
    record.check('F2', judging.card.pan.toString(), right ? judging.card.pan.toString() : 'another number', right)
  }
  judgeMac(answer, answerBytes, judging)
}

function judgeEnvelope(request: Message, answer: Message, record: CaseRecord): void {
  const { tpdu = '', header = '' } = request.envelope
  const swapped = tpdu.slice(0, 2) + tpdu.slice(6, 10) + tpdu.slice(2, 6)
  record.check('MTI', answerMti(request.mti), answer.mti)
  record.check('TPDU', swapped, answer.envelope['tpdu'] ?? 'absent')
  // Digit 6 is the host's (§1.2); every other one comes back as it was sent.
  const without6 = (text: string): string => `${text.slice(0, 5)}.${text.slice(6)}`
  record.check('header', without6(header), without6(answer.envelope['header'] ?? ''))
}

function judgePresence(
  request: Message,
  answer: Message,
  { record, wanted }: { record: CaseRecord; wanted: readonly number[] },
): void {
  for (const field of wanted) {
    // What was not sent cannot be echoed.
    const cannot = (echoed as readonly number[]).includes(field) && !request.has(field)
    if (!answer.has(field) && !cannot) record.check(`F${field}`, 'present', 'absent', false)
  }
  for (const field of never) if (answer.has(field)) record.check(`F${field}`, 'absent', 'present', false)
  const kind = request.mti === '0400' ? undefined : paymentKindOf(request)
  const mayTell = kind !== undefined && ['balanceInquiry', 'purchase', 'preAuthorization', 'completion'].includes(kind)
  // §2.9: void, refund, advice and reversal answers have no DE 54.
  if (answer.has(54) && !mayTell) record.check('F54', 'absent', 'present', false)
}

function judgeEchoes(request: Message, answer: Message, answerClass: AnswerClass, record: CaseRecord): void {
  const shown = (message: Message, field: number): string =>
    message.amount(field)?.toString() ?? message.text(field) ?? 'absent'
  for (const field of echoed) {
    if (!answer.has(field)) continue
    // A partial approval carries the amount that was granted.
    if (field === 4 && answer.text('39') === '10') continue
    record.check(`F${field}`, shown(request, field), shown(answer, field))
  }
  if (!answer.has(60)) return
  for (const part of ['60.1', '60.3']) {
    record.check(`F${part}`, request.text(part) ?? 'absent', answer.text(part) ?? 'absent')
  }
  const mayChange = answerClass === 'signOn' || answerClass === 'settlement' || answerClass === 'batch'
  if (!mayChange) record.check('F60.2', request.text('60.2') ?? 'absent', answer.text('60.2') ?? 'absent')
}

function judgeMac(answer: Message, answerBytes: Buffer, { record, codec, keys }: Judging): void {
  if (!answer.has(64) || keys === undefined) return
  const { data, mac } = codec.macInput(answerBytes)
  record.check('F64', 'the right MAC', keys.macIsRight(data, mac) ? 'the right MAC' : 'a wrong MAC')
}

/** The available balance of DE 54 (type 02) in fen. */
export function balanceOf(answer: Message): bigint | undefined {
  const entries = (answer.text('54') ?? '').match(/.{20}/g) ?? []
  const entry = entries.find((text) => text.slice(2, 4) === '02')
  if (entry === undefined) return undefined
  return BigInt(entry.slice(8)) * (entry.charAt(7) === 'D' ? -1n : 1n)
}
