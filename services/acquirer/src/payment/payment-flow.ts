// What differs between the payment flows at the acquirer: which original they need, why they are refused, and what an approval
// does to the original. Each flow is one small module (purchase/purchase.ts, void/void.ts, …); accept-payments.ts runs them.

import type { DeclineReason, PaymentMessage } from '@shua/scheme'
import type { JournalPayment, PaymentState } from '../store/payment-store.ts'
import type { TerminalSession } from '../store/terminal-store.ts'

export interface FlowRequest {
  readonly payment: PaymentMessage
  readonly terminal: TerminalSession
  readonly panHash: Buffer
  /** YYYY-MM-DD */
  readonly businessDate: string
  readonly rules: AcquirerRules
}

export interface AcquirerRules {
  readonly refundDaysMax: number
  readonly preAuthorizationDaysMax: number
  readonly completionPercentMax: bigint
}

/** Chinese practice: refunds within 30 days, pre-authorizations within 29, completions up to 115 % (terminal-protocol §4.2). */
export const acquirerRules: AcquirerRules = {
  refundDaysMax: 30,
  preAuthorizationDaysMax: 29,
  completionPercentMax: 115n,
}

export interface OriginalEffect {
  readonly from: PaymentState
  readonly to: PaymentState
  readonly refundedMinor: bigint
}

export interface PaymentFlow {
  /** Checks over the original; undefined lets the request pass to the switch. */
  refuse(original: JournalPayment | undefined, request: FlowRequest): DeclineReason | undefined
  /** What an approval does to the original; undefined when it has none. */
  effect(amountMinor: bigint): OriginalEffect | undefined
}

export const noOriginalFlow: PaymentFlow = {
  refuse: () => undefined,
  effect: () => undefined,
}
