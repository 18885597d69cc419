// A payment on the wire: the 0100, 0200 and 0220 requests of the catalogue, built by the terminal and read by the acquirer
// with the same table of mandatory fields (terminal-protocol §2.9).

import { parsePan, Sensitive } from '@shua/card-data'
import { Message } from '@shua/iso8583'
import { currencies, currencyByNumericCode, type Currency, type Money } from '@shua/money'
import { formatEntryMode, parseEntryMode, type EntryMode } from './entry-mode.ts'
import {
  composite,
  fieldFault,
  optionalText,
  readRequestHead,
  requiredText,
  writeRequestHead,
  type RequestHead,
} from './request-head.ts'
import { transactionKindOf, transactionTypes, type TransactionKind } from './transaction-kind.ts'

export interface CardOnWire {
  /** DE 2 */
  readonly pan: Sensitive<string> | undefined
  /** DE 14, YYMM */
  readonly expiry: string | undefined
  /** DE 35, encrypted when DE 53 says so */
  readonly track2: Sensitive<string> | undefined
}

export interface PinOnWire {
  readonly block: Sensitive<Uint8Array>
  /** 0 is ANSI X9.8 with PAN, 1 without; `sm4` is the 16-byte block of DE 59 A1. */
  readonly format: 0 | 1 | 'sm4'
}

/** DE 61, DE 37 and DE 38 of a transaction that refers to an earlier one. */
export interface OriginalReference {
  readonly batchNumber: string | undefined
  readonly stan: string | undefined
  /** MMDD */
  readonly date: string | undefined
  readonly rrn: string | undefined
  readonly approvalCode: string | undefined
}

export const noOriginal: OriginalReference = {
  batchNumber: undefined,
  stan: undefined,
  date: undefined,
  rrn: undefined,
  approvalCode: undefined,
}

export interface PaymentMessage {
  readonly kind: TransactionKind
  readonly head: RequestHead & { readonly stan: string }
  readonly amount: Money | undefined
  readonly currency: Currency
  readonly entryMode: EntryMode
  readonly card: CardOnWire
  readonly trackEncrypted: boolean
  readonly pin: PinOnWire | undefined
  /** DE 53 digit 2: what the terminal says it encrypts the PIN with. */
  readonly pinAlgorithmDigit: string
  readonly original: OriginalReference
  /** DE 63: operator number, or the card organisation in a refund */
  readonly operator: string
}

const zeroBlock = new Uint8Array(8)

/** Reads a 0100, 0200 or 0220. Throws `SCHEME_FIELD`; answers undefined when no transaction has this combination. */
export function readPaymentMessage(
  message: Message,
  head: RequestHead = readRequestHead(message),
): PaymentMessage | undefined {
  const kind = transactionKindOf({
    mti: message.mti,
    processingCode: requiredText(message, '3', /^\d{6}$/),
    conditionCode: requiredText(message, '25', /^\d{2}$/),
    typeCode: head.typeCode,
  })
  if (kind === undefined) return undefined
  if (!hasTrace(head)) throw fieldFault('11', 'is missing or zero')
  const entryMode = parseEntryMode(requiredText(message, '22', /^\d{3}$/))
  if (!entryMode) throw fieldFault('22', 'is no entry mode of the dialect')
  const security = optionalText(message, '53', /^\d{16}$/) ?? '0'.repeat(16)
  const currency = currencyByNumericCode(requiredText(message, '49', /^\d{3}$/))
  if (!currency) throw fieldFault('49', 'is no currency known here')
  return {
    kind,
    head,
    amount: readAmount(message, kind, currency),
    currency,
    entryMode,
    card: readCard(message, entryMode),
    trackEncrypted: security[2] === '1',
    pin: readPin(message, security, entryMode),
    pinAlgorithmDigit: security[1]!,
    original: readOriginal(message, kind),
    operator: requiredText(message, '63', /^[\x20-\x7e]{1,163}$/).slice(0, 3),
  }
}

function hasTrace(head: RequestHead): head is RequestHead & { readonly stan: string } {
  return head.stan !== undefined && head.stan !== '000000'
}

function readAmount(message: Message, kind: TransactionKind, currency: Currency): Money | undefined {
  const minorUnits = message.amount('4')
  if (transactionTypes[kind].money === 'none') {
    if (minorUnits !== undefined) throw fieldFault('4', 'must be absent')
    return undefined
  }
  if (minorUnits === undefined) throw fieldFault('4', 'is missing')
  return { minorUnits, currency }
}

function readCard(message: Message, entryMode: EntryMode): CardOnWire {
  const panText = optionalText(message, '2', /^\d{12,19}$/)
  const track = optionalText(message, '35', /^[\dA-F=]{13,37}$/)
  const expiry = optionalText(message, '14', /^\d{2}(0[1-9]|1[0-2])$/)
  if (entryMode.method === 'stripe' && track === undefined) throw fieldFault('35', 'is missing for a swiped card')
  if (entryMode.method === 'manual' && panText === undefined) throw fieldFault('2', 'is missing for a keyed card')
  if (entryMode.method === 'manual' && expiry === undefined) throw fieldFault('14', 'is missing for a keyed card')
  if (track === undefined && panText === undefined) throw fieldFault('2', 'is missing')
  return {
    pan: panText === undefined ? undefined : parsePan(panText),
    expiry,
    track2: track === undefined ? undefined : new Sensitive(track),
  }
}

function readPin(message: Message, security: string, entryMode: EntryMode): PinOnWire | undefined {
  const block = message.bytes('52')
  if ((block !== undefined) !== (entryMode.pin === 'entered'))
    throw fieldFault('52', 'contradicts the PIN digit of DE 22')
  if (block === undefined) {
    if (security[0] !== '0') throw fieldFault('53', 'tells of a PIN that is absent')
    return undefined
  }
  if (!message.has('26')) throw fieldFault('26', 'is missing beside a PIN')
  if (security[0] !== '1' && security[0] !== '2') throw fieldFault('53', 'names no PIN block format')
  if (block.every((byte: number) => byte === 0)) {
    const sm4Block = message.bytes('59.A1')
    if (sm4Block?.length !== 16) throw fieldFault('59.A1', 'must hold the 16-byte PIN block when DE 52 is zero')
    return { block: new Sensitive(sm4Block), format: 'sm4' }
  }
  return { block: new Sensitive(block), format: security[0] === '2' ? 0 : 1 }
}

function readOriginal(message: Message, kind: TransactionKind): OriginalReference {
  const how = transactionTypes[kind].original
  if (how === 'none') return noOriginal
  if (!message.has('61')) throw fieldFault('61', 'is missing')
  const zeroAsAbsent = (text: string | undefined): string | undefined =>
    text === undefined || /^0*$/.test(text) ? undefined : text
  const original: OriginalReference = {
    batchNumber: zeroAsAbsent(optionalText(message, '61.1', /^\d{6}$/)),
    stan: zeroAsAbsent(optionalText(message, '61.2', /^\d{6}$/)),
    date: zeroAsAbsent(optionalText(message, '61.3', /^\d{4}$/)),
    rrn: optionalText(message, '37', /^[\x21-\x7e]{12}$/),
    approvalCode: optionalText(message, '38', /^[\x20-\x7e]{6}$/),
  }
  if (how === 'trace' && (original.batchNumber === undefined || original.stan === undefined))
    throw fieldFault('61', 'names no batch and trace')
  if (how !== 'approvalCode' && original.rrn === undefined) throw fieldFault('37', 'is missing')
  if (how === 'approvalCode' && original.approvalCode === undefined) throw fieldFault('38', 'is missing')
  if (how !== 'trace' && original.date === undefined) throw fieldFault('61.3', 'names no date')
  return original
}

/** Builds the request without DE 64, which the terminal adds with its MAC key. */
export function writePaymentMessage(payment: PaymentMessage): Message {
  const type = transactionTypes[payment.kind]
  const message = writeRequestHead(new Message(type.mti), payment.head)
    .set(3, type.processingCode)
    .set(22, formatEntryMode(payment.entryMode))
    .set(25, type.conditionCode)
    .set(49, currencies[payment.currency].numericCode)
    .set(63, payment.operator.padEnd(3))
  if (payment.amount) message.set(4, payment.amount.minorUnits)
  const { pan, expiry, track2 } = payment.card
  if (track2) message.set(35, track2.reveal())
  else if (pan) message.set(2, pan.reveal())
  if (expiry !== undefined) message.set(14, expiry)
  writePin(message, payment)
  writeOriginal(message, payment)
  return message
}

function writePin(message: Message, payment: PaymentMessage): void {
  const { pin } = payment
  const formatDigit = pin === undefined ? '0' : pin.format === 1 ? '1' : '2'
  const algorithmDigit = pin === undefined ? '0' : payment.pinAlgorithmDigit
  message.set(53, (formatDigit + algorithmDigit + (payment.trackEncrypted ? '1' : '0')).padEnd(16, '0'))
  if (pin === undefined) return
  message.set(26, '12')
  if (pin.format === 'sm4') message.set(52, zeroBlock).set(59, [{ id: 'A1', value: pin.block.reveal() }])
  else message.set(52, pin.block.reveal())
}

function writeOriginal(message: Message, payment: PaymentMessage): void {
  const { original } = payment
  if (transactionTypes[payment.kind].original === 'none') return
  if (original.rrn !== undefined) message.set(37, original.rrn)
  if (original.approvalCode !== undefined) message.set(38, original.approvalCode)
  message.set(
    61,
    composite({ '1': original.batchNumber ?? '000000', '2': original.stan ?? '000000', '3': original.date }),
  )
}
