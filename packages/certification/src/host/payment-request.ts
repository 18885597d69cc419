// Builds the requests a terminal sends, from the tables of terminal-protocol §2.1 to §2.4 and §2.9. Without DE 64, which the kit
// adds with its MAC key when it seals them.

import { type Composite, Message } from '@shua/iso8583'
import type { WorkingKeys } from '../keys/working-keys.ts'
import type { CertificationProfile, TestCard } from '../profile/certification-profile.ts'
import { managementShapes, paymentShapes, type ManagementKind, type PaymentKind } from '../protocol/catalogue.ts'

/** What a terminal keeps of an approved transaction to name it later (§2.4). */
export interface Original {
  readonly batchNumber: string
  readonly stan: string
  /** MMDD of the host's answer. */
  readonly date: string
  readonly rrn: string
  readonly approvalCode: string
}

export interface PaymentDetails {
  readonly kind: PaymentKind
  readonly card: TestCard
  readonly entry: 'stripe' | 'keyed'
  /** Fen; none in an inquiry. */
  readonly amountMinor?: bigint
  /** Whether the card's PIN goes along; `pin` may be another one. */
  readonly pin?: TestCard['pin']
  readonly original?: Original
  readonly encryptTrack?: boolean
}

export interface Speaker {
  readonly profile: CertificationProfile
  readonly keys: WorkingKeys
  readonly batchNumber: string
  readonly stan: string
}

const zeroBlock = new Uint8Array(8)

export function composite(parts: Readonly<Record<string, string>>): Composite {
  return Object.entries(parts).map(([id, value]) => ({ id, value }))
}

export function paymentRequest(details: PaymentDetails, speaker: Speaker): Message {
  const { profile, keys, batchNumber, stan } = speaker
  const row = paymentShapes[details.kind]
  const message = new Message(row.mti)
    .set(3, row.processingCode)
    .set(11, stan)
    .set(22, (details.entry === 'stripe' ? '02' : '01') + (details.pin === undefined ? '2' : '1'))
    .set(25, row.conditionCode)
    .set(41, profile.terminal.terminalId)
    .set(42, profile.terminal.merchantId)
    .set(49, '156')
    .set(
      60,
      composite({
        '1': row.typeCode,
        '2': batchNumber,
        '3': '000',
        '4': profile.terminal.readCapability,
        '5': '0',
      }),
    )
    // §2.8: a refund names the card organisation, 000 when it is not known.
    .set(63, details.kind === 'refund' ? '000' : profile.terminal.operator.padEnd(3))
  if (details.amountMinor !== undefined) message.set(4, details.amountMinor)
  const encryptTrack = details.entry === 'stripe' && (details.encryptTrack ?? profile.crypto.trackEncrypted)
  setCard(message, details, { keys, encryptTrack })
  setPin(message, details, { profile, keys, encryptTrack })
  if (details.original !== undefined) setOriginal(message, details.kind, details.original)
  return message
}

function setCard(
  message: Message,
  { card, entry }: PaymentDetails,
  { keys, encryptTrack }: { keys: WorkingKeys; encryptTrack: boolean },
): void {
  if (entry === 'stripe' && card.track2 !== undefined) {
    message.set(35, (encryptTrack ? keys.encryptTrack(card.track2) : card.track2).reveal())
  } else {
    message.set(2, card.pan.reveal()).set(14, card.expiry)
  }
}

/** §3.4 and §3.5: DE 26, 52 and 53; SM4 blocks travel in DE 59 A1 beside a DE 52 of zeros. */
function setPin(
  message: Message,
  { pin, card }: PaymentDetails,
  { profile, keys, encryptTrack }: { profile: CertificationProfile; keys: WorkingKeys; encryptTrack: boolean },
): void {
  const { pinFormat, pinAlgorithmDigit } = profile.crypto
  const formatDigit = pin === undefined ? '0' : pinFormat === 1 ? '1' : '2'
  const algorithmDigit = pin === undefined ? '0' : pinAlgorithmDigit
  message.set(53, (formatDigit + algorithmDigit + (encryptTrack ? '1' : '0')).padEnd(16, '0'))
  if (pin === undefined) return
  message.set(26, '12')
  const block = keys.pinBlock(pin, card.pan)
  if (pinFormat === 'sm4') message.set(52, zeroBlock).set(59, [{ id: 'A1', value: block }])
  else message.set(52, block)
}

/** §2.4 and §2.9: which of DE 37, 38 and 61 name the original. */
function setOriginal(message: Message, kind: PaymentKind, original: Original): void {
  const { original: how } = paymentShapes[kind]
  if (how !== 'authorization') message.set(37, original.rrn)
  if (original.approvalCode !== '') message.set(38, original.approvalCode)
  const named = how === 'trace' ? original : { batchNumber: '000000', stan: '000000' }
  const parts = { '1': named.batchNumber, '2': named.stan }
  message.set(61, composite(how === 'trace' ? parts : { ...parts, '3': original.date }))
}

const repeatedByReversal = [3, 4, 11, 22, 25, 41, 42, 49, 60] as const

/** §4.1: what of the original its reversal repeats, and by the bitmaps of §2.9 which of DE 2, 38 and 61. */
export function reversalRequest(original: Message, kind: PaymentKind, reason: string, card: TestCard): Message {
  const message = new Message('0400').set(39, reason)
  for (const field of repeatedByReversal) {
    const value = original.get(field)
    if (value !== undefined) message.set(field, value)
  }
  if (kind === 'preAuthorizationVoid') message.set(2, card.pan.reveal())
  const { original: how } = paymentShapes[kind]
  for (const field of how === 'authorization' ? [38, 61] : how === 'trace' ? [61] : []) {
    const value = original.get(field)
    if (value !== undefined) message.set(field, value)
  }
  return message
}

export interface ManagementDetails {
  readonly kind: ManagementKind
  readonly networkCode: string
  readonly stan?: string
  readonly batchNumber: string
  readonly operator?: string
  readonly data?: Uint8Array
  readonly digits?: string
}

export function managementRequest(details: ManagementDetails, profile: CertificationProfile): Message {
  const message = new Message(managementShapes[details.kind].mti)
    .set(41, profile.terminal.terminalId)
    .set(42, profile.terminal.merchantId)
    .set(60, composite({ '1': '00', '2': details.batchNumber, '3': details.networkCode }))
  if (details.stan !== undefined) message.set(11, details.stan)
  if (details.operator !== undefined) message.set(63, details.operator.padEnd(3))
  if (details.data !== undefined) message.set(62, details.data)
  if (details.digits !== undefined) message.set(48, details.digits)
  return message
}
