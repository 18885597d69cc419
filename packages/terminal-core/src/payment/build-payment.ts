// Turns a draft into the request of the dialect and the records that must be durable before it leaves.

import { formatEntryMode, noOriginal, transactionTypes, writePaymentMessage, type EntryMode } from '@shua/scheme'
import type { Message } from '@shua/iso8583'
import type { CardOfPayment } from '../card/card-entry.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'
import type { LastTransaction, PendingReversal, StoredAdvice } from '../state/terminal-state.ts'
import type { PaymentDraft } from './payment-draft.ts'

export interface BuiltPayment {
  readonly draft: PaymentDraft
  readonly card: CardOfPayment
  readonly stan: string
  readonly batchNumber: string
  readonly entryMode: string
  readonly panMasked: string
  readonly panSealed: string
  readonly message: Message
}

export function buildPayment(context: TerminalContext, draft: PaymentDraft, card: CardOfPayment): BuiltPayment {
  const { configuration, drivers } = context
  const { profile } = configuration
  const stan = draft.repeats?.stan ?? context.nextStan()
  const batchNumber = draft.repeats?.batchNumber ?? context.state.batchNumber
  const entryMode: EntryMode = { method: card.method, pin: draft.pin === undefined ? 'none' : 'entered' }
  const trackEncrypted = profile.trackEncrypted && card.track2 !== undefined
  const message = writePaymentMessage({
    kind: draft.kind,
    head: {
      terminalId: configuration.terminalId,
      merchantId: configuration.merchantId,
      stan,
      typeCode: transactionTypes[draft.kind].typeCode,
      batchNumber,
      networkCode: '000',
      readCapability: configuration.readCapability,
      chipCondition: '0',
    },
    amount: draft.amount,
    currency: draft.amount?.currency ?? 'CNY',
    entryMode,
    card: {
      pan: card.pan,
      expiry: card.expiry,
      track2: card.track2 && (trackEncrypted ? drivers.pinPad.encryptTrack(card.track2) : card.track2),
    },
    trackEncrypted,
    pin: draft.pin && drivers.pinPad.encryptPin(draft.pin, card.pan),
    pinAlgorithmDigit: profile.pinAlgorithmDigit,
    original: draft.original ?? noOriginal,
    // DE 63 of a refund is the card organisation, 000 when the terminal does not know it (terminal-protocol §2.8).
    operator: draft.kind === 'refund' ? '000' : draft.operator,
  })
  return {
    draft,
    card,
    stan,
    batchNumber,
    entryMode: formatEntryMode(entryMode),
    // A parsed account number prints itself masked.
    panMasked: card.pan.toString(),
    panSealed: context.sealPan(card.pan, stan),
    message,
  }
}

export function lastOf(
  built: BuiltPayment,
  at: string,
  outcome: Pick<LastTransaction, 'outcome'> & Partial<LastTransaction>,
): LastTransaction {
  return {
    kind: built.draft.kind,
    stan: built.stan,
    batchNumber: built.batchNumber,
    amountMinor: built.draft.amount?.minorUnits ?? 0n,
    currency: built.draft.amount?.currency ?? 'CNY',
    panMasked: built.panMasked,
    responseCode: undefined,
    rrn: undefined,
    approvalCode: undefined,
    at,
    ...outcome,
  }
}

/** The reversal record (reason 98 until something better is known); undefined for what is never reversed. */
export function reversalOf(built: BuiltPayment, context: TerminalContext): PendingReversal | undefined {
  const { draft } = built
  const type = transactionTypes[draft.kind]
  if (!type.reversible || draft.amount === undefined) return undefined
  return {
    kind: draft.kind,
    stan: built.stan,
    batchNumber: built.batchNumber,
    typeCode: type.typeCode,
    readCapability: context.configuration.readCapability,
    chipCondition: '0',
    amountMinor: draft.amount.minorUnits,
    currency: draft.amount.currency,
    entryMode: built.entryMode,
    reason: '98',
    panMasked: built.panMasked,
    panSealed: built.panSealed,
    approvalCode: draft.original?.approvalCode,
    original: draft.original,
    operator: draft.operator,
    attempts: 0,
    startedAt: context.nowText(),
  }
}

/** The stored form of a 0220, which is repeated until it is answered. Track and PIN are in no journal. */
export function adviceOf(built: BuiltPayment, context: TerminalContext): StoredAdvice | undefined {
  const { draft } = built
  if (draft.kind !== 'refund' && draft.kind !== 'completionAdvice') return undefined
  if (draft.amount === undefined || draft.original === undefined) return undefined
  return {
    kind: draft.kind,
    stan: built.stan,
    batchNumber: built.batchNumber,
    amountMinor: draft.amount.minorUnits,
    currency: draft.amount.currency,
    entryMode: built.entryMode,
    panMasked: built.panMasked,
    panSealed: built.panSealed,
    original: draft.original,
    operator: draft.operator,
    attempts: 0,
    startedAt: context.nowText(),
  }
}
