// Builds the kit's answers when it plays the host: echoes and additions of terminal-protocol §2.9, envelope of §1, MAC of §3.7.

import { type Composite, type FieldValue, Message } from '@shua/iso8583'
import { answerMti, type PaymentKind } from '../protocol/catalogue.ts'
import type { BookPayment } from './device-book.ts'

export interface AnswerFacts {
  readonly code: string
  readonly payment?: BookPayment | undefined
  readonly kind?: PaymentKind | undefined
  readonly pan?: string | undefined
  readonly batchNumber?: string | undefined
  readonly data?: Uint8Array | undefined
  readonly digits?: string | undefined
}

export interface Moment {
  /** hhmmss */
  readonly time: string
  /** MMDD */
  readonly date: string
}

const acquirerId = '48020000'
const issuerId = '01020000'
const echoed = [3, 4, 11, 25, 41, 42, 49] as const

export function answerMessage(request: Message, facts: AnswerFacts, at: Moment): Message {
  const message = new Message(answerMti(request.mti))
  for (const field of echoed) {
    const value = request.get(field)
    if (value !== undefined) message.set(field, value)
  }
  message
    .set(12, at.time)
    .set(13, at.date)
    .set(32, acquirerId)
    .set(37, facts.payment?.rrn ?? '000000000000')
  // §2.9, observed bitmaps: a settlement is answered by its flags, without DE 39.
  if (!(request.mti === '0500' && facts.code === '00')) message.set(39, facts.code)
  message.set(60, headOf(request, facts.batchNumber))
  if (facts.data !== undefined) message.set(62, facts.data)
  if (facts.digits !== undefined) message.set(48, facts.digits)
  if (request.mti === '0500') message.set(15, at.date).set(63, 'CUP')
  if (request.mti === '0400') message.set(15, at.date)
  if (facts.kind !== undefined) setPayment(message, facts, at)
  const { tpdu = '', header = '' } = request.envelope
  message.envelope['tpdu'] = tpdu.slice(0, 2) + tpdu.slice(6, 10) + tpdu.slice(2, 6)
  message.envelope['header'] = `${header.slice(0, 5)}0${header.slice(6)}`
  return message
}

function headOf(request: Message, batchNumber: string | undefined): FieldValue {
  const given = request.get(60)
  if (batchNumber === undefined) return given ?? ([] satisfies Composite)
  return [
    { id: '1', value: request.text('60.1') ?? '00' },
    { id: '2', value: batchNumber },
    { id: '3', value: request.text('60.3') ?? '000' },
  ]
}

function setPayment(message: Message, { code, payment, kind, pan }: AnswerFacts, at: Moment): void {
  message.set(15, at.date).set(63, 'CUP')
  if (code !== '00' && code !== '10') return
  if (pan !== undefined) message.set(2, pan)
  message.set(44, issuerId.padEnd(11) + acquirerId.padEnd(11))
  if (kind === 'balanceInquiry') message.set(54, `0002156C${'123456'.padStart(12, '0')}`)
  else if (payment !== undefined) message.set(38, payment.approvalCode)
}
