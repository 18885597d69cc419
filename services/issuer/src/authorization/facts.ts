// Everything a decision is made from: the request, and the card, account, programme and earlier authorizations as they stand
// in the database while the account is locked. Decisions are pure functions of these facts.

import type { Currency } from '@shua/money'
import type { DeclineReason, PaymentRequest, TransactionKind } from '@shua/scheme'
import type { KeyBlock } from '@shua/security-module'

export const cardStates = ['active', 'lost', 'stolen', 'closed', 'notActivated', 'frozen'] as const
export type CardState = (typeof cardStates)[number]

export interface Card {
  readonly shard: number
  readonly panHash: Buffer
  readonly accountId: string
  readonly state: CardState
  /** YYMM */
  readonly expiry: string
  readonly serviceCode: string
  readonly chip: boolean
  readonly requiresPin: boolean
  /** Null for a card without a PIN. */
  readonly pinOffset: string | null
  readonly pinTries: number
  /** The card's own limits, or else its programme's; null is no limit. */
  readonly singleLimitMinor: bigint | null
  readonly dailyLimitMinor: bigint | null
  readonly dailyCountMax: number | null
  readonly monthlyLimitMinor: bigint | null
  /** The last business day on which money was spent, and how much and how often. */
  readonly day: string | null
  readonly daySpentMinor: bigint
  readonly dayCount: number
  /** How much in the month of that day. */
  readonly monthSpentMinor: bigint
}

export interface Account {
  readonly shard: number
  readonly accountId: string
  readonly currency: Currency
  readonly status: 'open' | 'frozen' | 'closed'
  readonly postedMinor: bigint
  readonly heldMinor: bigint
  readonly authorizationSequence: bigint
}

export interface Programme {
  readonly programmeId: string
  readonly kindsAllowed: readonly string[] | null
  readonly merchantsAllowed: readonly string[] | null
  readonly categoriesAllowed: readonly string[] | null
  readonly pinTriesMax: number
  readonly completionPercentMax: number
  readonly holdDays: number
  readonly cvvPosition: number | null
  readonly stripeFallbackAllowed: boolean
  readonly cvvKey: KeyBlock
  readonly pinKey: KeyBlock
}

export type AuthorizationState = 'declined' | 'approved' | 'voided' | 'completed' | 'expired' | 'reversed' | 'barred'

/** One request as it was recorded, and what became of it since. */
export interface Authorization {
  readonly shard: number
  readonly paymentId: string
  readonly accountId: string
  readonly panHash: Buffer
  /** `unknown` is a payment whose reversal came before it. */
  readonly kind: TransactionKind | 'reversal' | 'unknown'
  readonly state: AuthorizationState
  readonly reason: DeclineReason | null
  readonly amountMinor: bigint
  readonly currency: Currency
  readonly approvalCode: string | null
  readonly originalPaymentId: string | null
  /** Of a payment: how much went back by refunds. */
  readonly refundedMinor: bigint
  /** Of a pre-authorization: what its completion took. */
  readonly completedMinor: bigint
  /** Of a pre-authorization: what it holds now. */
  readonly holdMinor: bigint
  readonly holdExpiresAt: Date | null
  /** The hold this request released; it comes back when the request is undone. */
  readonly releasedMinor: bigint
  readonly businessDate: string
  readonly merchantId: string
}

/** The PIN of the request. Verifying is remembered, because a wrong PIN counts only when the ladder came to it. */
export interface PinAttempt {
  verify(): 'right' | 'wrong' | 'malformed'
}

export interface Facts {
  readonly request: PaymentRequest
  /** Zero when the request has no amount. */
  readonly amountMinor: bigint
  readonly card: Card
  readonly account: Account
  readonly programme: Programme
  /** The original of the request, the original's original, and so on. */
  readonly chain: readonly Authorization[]
  readonly pin: PinAttempt
  /** False when the stripe's verification value was checked and is wrong. */
  readonly cardVerified: () => boolean
}

export function availableMinor(account: Account): bigint {
  return account.postedMinor - account.heldMinor
}
