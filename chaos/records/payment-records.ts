// The four record sets that chaos compares: what terminals noted, what the acquirer journalled, what the issuer authorized, what
// the ledger holds. Plain data, so that the comparison is a pure function and its test can doctor any row.

import type { TransactionKind } from '@shua/scheme'

export type TerminalOutcome =
  /** A slip says so. */
  | 'approved'
  | 'declined'
  /** Not a byte left the terminal. */
  | 'notSent'
  /** In doubt, and the host confirmed that nothing of it stands. */
  | 'reversed'
  /** Left to a person: the terminal shows it on its list. */
  | 'case'
  /** Asked about no money and got no answer: nothing to undo. */
  | 'forgotten'
  /** In doubt still: a reversal or an advice that never came through. */
  | 'stuck'

export interface TerminalPayment {
  readonly terminalId: string
  readonly batchNumber: number
  readonly stan: number
  readonly kind: TransactionKind
  readonly amountMinor: bigint
  readonly outcome: TerminalOutcome
  readonly rrn: string | undefined
  readonly approvalCode: string | undefined
  /** The terminal did not know at some time whether it had taken effect. */
  readonly wasUnknown: boolean
  /** Why a case is one. */
  readonly note: string
}

export interface AcquirerPayment {
  readonly paymentId: string
  readonly terminalId: string
  readonly merchantId: string
  readonly batchNumber: number
  readonly stan: number
  readonly kind: string
  readonly state: string
  readonly amountMinor: bigint
  readonly refundedMinor: bigint
  readonly rrn: string
  readonly approvalCode: string | null
  readonly originalPaymentId: string | null
}

export interface IssuerAuthorization {
  readonly paymentId: string
  readonly kind: string
  readonly state: string
  readonly amountMinor: bigint
  readonly approvalCode: string | null
  readonly originalPaymentId: string | null
  readonly accountId: string
  readonly merchantId: string
}

export interface LedgerTransfer {
  readonly transferId: string
  readonly paymentId: string
  readonly debit: string
  readonly credit: string
  readonly amountMinor: bigint
  readonly kind: string
}

export interface PaymentRecords {
  readonly terminal: readonly TerminalPayment[]
  readonly acquirer: readonly AcquirerPayment[]
  readonly issuer: readonly IssuerAuthorization[]
  readonly ledger: readonly LedgerTransfer[]
}

export interface Difference {
  /** Between whom. */
  readonly between: string
  readonly subject: string
  readonly what: string
}

/** What identifies a transaction between terminal and host. */
export function traceKey(payment: { terminalId: string; batchNumber: number; stan: number }): string {
  return `${payment.terminalId}/${payment.batchNumber}/${payment.stan}`
}
