// Builds the fields of every card transaction of the catalogue (terminal-protocol §2.1 to §2.4, §2.8, §2.9), still without the
// MAC. Pure: the terminal session adds its identity, trace and keys as arguments and seals what comes out.

import type { CipherName } from './block-ciphers.ts'
import { encryptedPinBlock } from './pin-block.ts'
import { encryptedTrack } from './track-encryption.ts'
import type { WorkKeys } from './work-keys.ts'

export type PaymentKind =
  | 'balance'
  | 'sale'
  | 'void'
  | 'refund'
  | 'preAuthorisation'
  | 'preAuthorisationVoid'
  | 'completion'
  | 'completionAdvice'
  | 'completionVoid'

interface PaymentShape {
  readonly mti: string
  readonly processingCode: string
  readonly condition: string
  readonly type: string
  /** Which way an approved one counts in the settlement totals (§2.6). */
  readonly counts: 'debit' | 'credit' | 'none'
  /** How the request names the transaction it follows (§2.4 and the table of §2.9). */
  readonly original: 'none' | 'trace' | 'reference' | 'authorisation'
}

export const paymentShapes: Readonly<Record<PaymentKind, PaymentShape>> = {
  balance: { mti: '0200', processingCode: '310000', condition: '00', type: '01', counts: 'none', original: 'none' },
  sale: { mti: '0200', processingCode: '000000', condition: '00', type: '22', counts: 'debit', original: 'none' },
  void: { mti: '0200', processingCode: '200000', condition: '00', type: '23', counts: 'credit', original: 'trace' },
  refund: {
    mti: '0220',
    processingCode: '200000',
    condition: '00',
    type: '25',
    counts: 'credit',
    original: 'reference',
  },
  preAuthorisation: {
    mti: '0100',
    processingCode: '030000',
    condition: '06',
    type: '10',
    counts: 'none',
    original: 'none',
  },
  preAuthorisationVoid: {
    mti: '0100',
    processingCode: '200000',
    condition: '06',
    type: '11',
    counts: 'none',
    original: 'authorisation',
  },
  completion: {
    mti: '0200',
    processingCode: '000000',
    condition: '06',
    type: '20',
    counts: 'debit',
    original: 'authorisation',
  },
  completionAdvice: {
    mti: '0220',
    processingCode: '000000',
    condition: '06',
    type: '24',
    counts: 'debit',
    original: 'authorisation',
  },
  completionVoid: {
    mti: '0200',
    processingCode: '200000',
    condition: '06',
    type: '21',
    counts: 'credit',
    original: 'trace',
  },
}

export interface ClientCard {
  readonly pan: string
  /** YYMM */
  readonly expiry: string
  readonly track2: string
}

/** What a terminal keeps of an approved transaction to name it later. */
export interface OriginalReference {
  readonly batch: string
  readonly trace: string
  /** MMDD, from field 13 of the answer. */
  readonly date: string
  readonly retrievalReference: string
  readonly authorisationCode: string | undefined
}

export interface PaymentDetails {
  readonly kind: PaymentKind
  readonly card: ClientCard
  readonly entry: 'swipe' | 'keyed'
  /** Fen; absent in an inquiry. */
  readonly amount?: number
  readonly pin?: string
  readonly original?: OriginalReference
}

export interface TerminalState {
  readonly terminalId: string
  readonly merchantId: string
  readonly trace: string
  readonly batch: string
  readonly operator: string
  readonly cipher: CipherName
  readonly keys: WorkKeys
  /** Whether tracks leave encrypted. */
  readonly encryptsTrack: boolean
}

export function paymentFields(details: PaymentDetails, state: TerminalState): Record<number, string> {
  const shape = paymentShapes[details.kind]
  const trackIsEncrypted = details.entry === 'swipe' && state.encryptsTrack
  const fields: Record<number, string> = {
    3: shape.processingCode,
    11: state.trace,
    22: `${details.entry === 'swipe' ? '02' : '01'}${details.pin === undefined ? '2' : '1'}`,
    25: shape.condition,
    41: state.terminalId,
    42: state.merchantId,
    49: '156',
    53: securityControl(state.cipher, details.pin !== undefined, trackIsEncrypted),
    60: `${shape.type}${state.batch}00060${details.kind === 'sale' ? '1' : '0'}`,
    63: details.kind === 'refund' ? '000' : state.operator,
  }
  if (details.amount !== undefined) fields[4] = String(details.amount).padStart(12, '0')
  if (details.entry === 'swipe') fields[35] = trackOf(details.card, state, trackIsEncrypted)
  else {
    fields[2] = details.card.pan
    fields[14] = details.card.expiry
  }
  if (details.pin !== undefined) Object.assign(fields, pinFields(details.pin, details.card.pan, state))
  if (details.original !== undefined) Object.assign(fields, originalFields(shape, details.original))
  return fields
}

/** §3.4: digit 1 the PIN block format, digit 2 the algorithm, digit 3 whether the track is encrypted. */
function securityControl(cipher: CipherName, hasPin: boolean, trackIsEncrypted: boolean): string {
  if (!hasPin && !trackIsEncrypted) return '0'.repeat(16)
  return `${hasPin ? '2' : '0'}${cipher === 'sm4' ? '3' : '6'}${trackIsEncrypted ? '1' : '0'}`.padEnd(16, '0')
}

function trackOf(card: ClientCard, state: TerminalState, isEncrypted: boolean): string {
  if (!isEncrypted) return card.track2
  if (state.keys.track === undefined) throw new Error('there is no track key')
  return encryptedTrack(state.cipher, state.keys.track, card.track2)
}

function pinFields(pin: string, pan: string, state: TerminalState): Record<number, string> {
  const block = encryptedPinBlock(state.cipher, state.keys.pin, pin, pan).toString('hex').toUpperCase()
  if (state.cipher === 'des') return { 26: '12', 52: block }
  const tag = Buffer.from('A1016', 'latin1').toString('hex').toUpperCase()
  return { 26: '12', 52: '0'.repeat(16), 59: tag + block }
}

function originalFields(shape: PaymentShape, original: OriginalReference): Record<number, string> {
  const fields: Record<number, string> = {}
  if (original.authorisationCode !== undefined) fields[38] = original.authorisationCode
  if (shape.original === 'trace') {
    fields[37] = original.retrievalReference
    fields[61] = `${original.batch}${original.trace}`
  }
  if (shape.original === 'reference') {
    fields[37] = original.retrievalReference
    fields[61] = `000000000000${original.date}`
  }
  if (shape.original === 'authorisation') fields[61] = `000000000000${original.date}`
  return fields
}

/** §4.1: what of the original its reversal repeats; never the PIN, the track or the reference. */
export function reversalFields(original: Readonly<Record<number, string>>, reason: string): Record<number, string> {
  const fields: Record<number, string> = { 39: reason }
  for (const number of [2, 3, 4, 11, 14, 22, 25, 38, 41, 42, 49, 60, 61]) {
    const value = original[number]
    if (value !== undefined) fields[number] = value
  }
  return fields
}
