// The host's answer: it echoes what identifies the request and adds what the host knows (terminal-protocol §2.9).
// The terminal reads it back here and decides whether it belongs to its request (§4.1, response matching).

import { parsePan, type Sensitive } from '@shua/card-data'
import { Message } from '@shua/iso8583'
import { composite } from './request-head.ts'
import type { LocalTime } from './local-time.ts'
import { isApproval } from './response-code.ts'

export interface HostAnswer {
  readonly responseCode: string
  readonly at: LocalTime
  /** MMDD, DE 15; present in answers to payments. */
  readonly settlementDate: string | undefined
  readonly rrn: string | undefined
  readonly approvalCode: string | undefined
  readonly pan: Sensitive<string> | undefined
  readonly expiry: string | undefined
  readonly issuerId: string | undefined
  readonly acquirerId: string
  /** DE 63.1, the card organisation. */
  readonly organisation: string | undefined
  /** Available balance in minor units, DE 54. */
  readonly balanceMinor: bigint | undefined
  /** The batch the terminal must use; sign-on and settlement set it, otherwise the request's is echoed. */
  readonly batchNumber: string | undefined
  readonly data: Uint8Array | undefined
  readonly digits: string | undefined
}

const echoed = [3, 4, 11, 25, 41, 42, 49] as const

/** `0200` → `0210`. */
export function answerMti(requestMti: string): string {
  return requestMti.slice(0, 2) + String(Number(requestMti[2]) + 1) + requestMti.slice(3)
}

/** DE 54: account type 00, amount type 02 (available), currency, sign, 12 digits. */
function formatBalance(minor: bigint, currencyCode: string): string {
  return `0002${currencyCode}${minor < 0n ? 'D' : 'C'}${(minor < 0n ? -minor : minor).toString().padStart(12, '0')}`
}

/** Builds the answer to a request, without DE 64. */
export function writeAnswer(request: Message, answer: HostAnswer): Message {
  const message = new Message(answerMti(request.mti))
  for (const field of echoed) {
    const value = request.get(field)
    if (value !== undefined) message.set(field, value)
  }
  message.set(12, answer.at.time).set(13, answer.at.date).set(32, answer.acquirerId)
  if (!(request.mti === '0500' && answer.responseCode === '00')) message.set(39, answer.responseCode)
  writeHead(message, request, answer.batchNumber)
  if (answer.settlementDate !== undefined) message.set(15, answer.settlementDate)
  if (answer.rrn !== undefined) message.set(37, answer.rrn)
  if (answer.organisation !== undefined) message.set(63, answer.organisation)
  if (answer.data !== undefined) message.set(62, answer.data)
  if (answer.digits !== undefined) message.set(48, answer.digits)
  if (isApproval(answer.responseCode)) writeApproval(message, request, answer)
  return message
}

function writeHead(message: Message, request: Message, batchNumber: string | undefined): void {
  const head = request.get(60)
  if (head === undefined) return
  if (batchNumber === undefined) {
    message.set(60, head)
    return
  }
  message.set(60, composite({ '1': request.text('60.1'), '2': batchNumber, '3': request.text('60.3') }))
}

function writeApproval(message: Message, request: Message, answer: HostAnswer): void {
  if (answer.pan) message.set(2, answer.pan.reveal())
  if (answer.expiry !== undefined) message.set(14, answer.expiry)
  if (answer.approvalCode !== undefined) message.set(38, answer.approvalCode)
  if (answer.issuerId !== undefined) message.set(44, answer.issuerId.padEnd(11) + answer.acquirerId.padEnd(11))
  if (answer.balanceMinor !== undefined)
    message.set(54, formatBalance(answer.balanceMinor, request.text('49') ?? '156'))
}

/** Reads what a terminal needs from an answer; it never throws for an absent optional field. */
export function readAnswer(message: Message): {
  responseCode: string | undefined
  time: string | undefined
  date: string | undefined
  settlementDate: string | undefined
  rrn: string | undefined
  approvalCode: string | undefined
  pan: Sensitive<string> | undefined
  expiry: string | undefined
  issuerId: string | undefined
  acquirerId: string | undefined
  organisation: string | undefined
  balanceMinor: bigint | undefined
  batchNumber: string | undefined
  data: Uint8Array | undefined
  digits: string | undefined
  /** Header digit 6: what the host asks the terminal to do next (3 is sign on again). */
  processingRequirement: string
} {
  const pan = message.text('2')
  const parties = message.text('44')
  return {
    responseCode: message.text('39'),
    time: message.text('12'),
    date: message.text('13'),
    settlementDate: message.text('15'),
    rrn: message.text('37'),
    approvalCode: message.text('38'),
    pan: pan === undefined ? undefined : parsePan(pan),
    expiry: message.text('14'),
    issuerId: parties?.slice(0, 11).trim(),
    acquirerId: message.text('32') ?? parties?.slice(11).trim(),
    organisation: message.text('63')?.slice(0, 3),
    balanceMinor: parseBalance(message.text('54')),
    batchNumber: message.text('60.2'),
    data: message.bytes('62'),
    digits: message.text('48'),
    processingRequirement: message.envelope['header']?.[5] ?? '0',
  }
}

function parseBalance(text: string | undefined): bigint | undefined {
  const match = /^\d{2}02\d{3}([CD])(\d{12})/.exec(text ?? '')
  return match ? (match[1] === 'D' ? -BigInt(match[2]!) : BigInt(match[2]!)) : undefined
}

/**
 * Whether an answer belongs to a request: MTI + 10, DE 3, 11 and 41 equal; when approved also DE 42, the batch and, but for a
 * partial approval, the amount. Anything else is treated as no answer. Returns the path of the first difference.
 */
export function answerDifference(request: Message, answer: Message): string | undefined {
  if (answer.mti !== answerMti(request.mti)) return 'mti'
  for (const path of ['3', '11', '41']) {
    if (request.has(path) && request.text(path) !== answer.text(path)) return path
  }
  const code = answer.text('39')
  if (code === undefined || !isApproval(code)) return undefined
  if (request.text('42') !== answer.text('42')) return '42'
  const mayChangeBatch = request.mti.startsWith('08') || request.mti.startsWith('05')
  if (!mayChangeBatch && request.text('60.2') !== answer.text('60.2')) return '60.2'
  if (code !== '10' && request.amount('4') !== answer.amount('4')) return '4'
  return undefined
}
