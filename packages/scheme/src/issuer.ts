// How the roles meet. The acquirer hands a request to the switch, the switch to the issuer of the card; each hands back an
// answer. In one process over one database the three work inside one database transaction (`Tx`), so that the acquirer's
// journal and the issuer's authorization are one commit; a remote issuer ignores it. Requests come as a batch, answers go as
// a batch in the same order: the lanes of the hot path decide many payments in one commit.

import type { Sensitive } from '@shua/card-data'
import type { Currency, Money } from '@shua/money'
import type { DeclineReason } from './decline-reason.ts'
import type { EntryMode } from './entry-mode.ts'
import type { TransactionKind } from './transaction-kind.ts'

/** Takes what a hop has to tell about one payment; the X-ray shows it. */
export interface PaymentObserver {
  /** False when nothing is kept: what is costly to tell need not be told. */
  readonly recording: boolean
  event(event: {
    lane: 'card' | 'terminal' | 'acquirer' | 'switch' | 'issuer' | 'ledger'
    kind: 'step' | 'check' | 'entry'
    name: string
    outcome: 'ok' | 'refused' | 'info'
    detail?: Record<string, string>
  }): void
}

export interface EnteredPin {
  readonly block: Sensitive<Uint8Array>
  readonly format: 0 | 1 | 3 | 4 | 'sm4'
  /** Key block of the key the block is encrypted under. */
  readonly key: string
}

export interface CardRead {
  readonly pan: Sensitive<string>
  /** YYMM */
  readonly expiry: string | undefined
  readonly serviceCode: string | undefined
  /** Discretionary data of track 2, present when the stripe was read. */
  readonly discretionaryData: Sensitive<string> | undefined
}

export interface PaymentRequest {
  /** UUIDv7 of this request; the issuer's authorization and the ledger carry it. */
  readonly paymentId: string
  readonly kind: TransactionKind | 'reversal'
  readonly card: CardRead
  readonly entryMode: EntryMode
  readonly pin: EnteredPin | undefined
  readonly amount: Money | undefined
  readonly terminalId: string
  readonly merchantId: string
  readonly merchantCategory: string
  readonly batchNumber: string
  readonly stan: string
  readonly rrn: string
  /** YYYY-MM-DD */
  readonly businessDate: string
  readonly at: Date
  /** The payment this one voids, refunds, completes or reverses. */
  readonly originalPaymentId: string | undefined
  readonly observer: PaymentObserver
}

/**
 * The same request with its PIN under another key. Field by field: an object made by spreading one this large is slow to
 * make and slow to read wherever it goes, and every payment with a PIN passes here.
 */
export function requestWithPin(request: PaymentRequest, pin: EnteredPin): PaymentRequest {
  return {
    paymentId: request.paymentId,
    kind: request.kind,
    card: request.card,
    entryMode: request.entryMode,
    pin,
    amount: request.amount,
    terminalId: request.terminalId,
    merchantId: request.merchantId,
    merchantCategory: request.merchantCategory,
    batchNumber: request.batchNumber,
    stan: request.stan,
    rrn: request.rrn,
    businessDate: request.businessDate,
    at: request.at,
    originalPaymentId: request.originalPaymentId,
    observer: request.observer,
  }
}

export interface CardBalance {
  readonly posted: Money
  readonly available: Money
}

export type PaymentAnswer =
  | {
      readonly outcome: 'approved'
      readonly approvalCode: string
      readonly issuerId: string
      readonly balance: CardBalance | undefined
    }
  | { readonly outcome: 'declined'; readonly reason: DeclineReason }
  /** Nobody knows: the request may have taken effect. It ends in a reversal, a found original, or a case. */
  | { readonly outcome: 'unknown' }

/** What is known of a request before it is certain that it will be asked. */
export interface AnnouncedRequest {
  readonly pan: Sensitive<string>
  readonly paymentId: string
}

export interface Issuer<Tx> {
  /**
   * Hears what the next requests in this transaction are about, so that it can begin to read while the caller still checks. It
   * promises nothing and may be left out.
   */
  announce?(requests: readonly AnnouncedRequest[], tx: Tx): void
  authorize(requests: readonly PaymentRequest[], tx: Tx): Promise<readonly PaymentAnswer[]>
}

export interface Switch<Tx> {
  /** Passed on to the issuers of the cards. */
  announce?(requests: readonly AnnouncedRequest[], tx: Tx): void
  route(requests: readonly PaymentRequest[], tx: Tx): Promise<readonly PaymentAnswer[]>
}

export type { Currency }
