// What the acquirer decided about one payment, before it becomes an answer message.

import type { CardBalance, DeclineReason } from '@shua/scheme'

export type PaymentOutcome =
  | {
      readonly kind: 'approved'
      readonly rrn: string
      readonly approvalCode: string
      readonly issuerId: string
      readonly balance: CardBalance | undefined
    }
  | { readonly kind: 'declined'; readonly rrn: string | undefined; readonly reason: DeclineReason }
  /** The terminal's session changed since it was read: nothing was decided, and the message is looked at afresh. */
  | { readonly kind: 'sessionChanged' }
  /** Nothing is answered: the terminal reverses, and the reversal finds whatever happened. */
  | { readonly kind: 'unknown' }
