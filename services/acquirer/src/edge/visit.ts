// What one message carries through the edge, and the decision about it. Every flow speaks in these terms.

import type { Codec, Message } from '@shua/iso8583'
import type { Database, Transaction } from '@shua/postgres'
import {
  responseCodeOfReason,
  type DeclineReason,
  type HostAnswer,
  type RequestHead,
  type Switch,
  type TerminalProfile,
} from '@shua/scheme'
import type { KeyBlock, SecurityModule } from '@shua/security-module'
import type { Trace } from '@shua/telemetry'
import type { AcquirerEvent } from '../acquirer-event.ts'
import type { AcceptedPayment } from '../payment/accept-payments.ts'
import type { Lane } from '../payment/payment-lane.ts'
import type { PaymentOutcome } from '../payment/payment-outcome.ts'
import type { ReversalItem, ReversalOutcome } from '../reversal/reversal.ts'
import type { RrnSource } from '../rrn-source.ts'
import type { Arrival } from './admit.ts'

export interface AcquirerOptions {
  /** DE 32, 8 digits */
  readonly acquirerId: string
  readonly database: Database
  readonly securityModule: SecurityModule
  readonly keys: { readonly panHash: KeyBlock; readonly panSeal: KeyBlock }
  readonly codec: Codec
  readonly network: Switch<Transaction>
  readonly now: () => Date
  readonly nanoseconds: () => bigint
  readonly random: (size: number) => Buffer
  readonly onEvent: (event: AcquirerEvent) => void
  /** Whether what happens to this message shall be recorded; asked once for each. Default: always. */
  readonly traceWanted?: (startedAtUs: bigint) => boolean
  /** Hears of faults that cost a payment its answer. */
  readonly onFault: (error: unknown) => void
  /** How many batches of payments are in flight at once; default 2. */
  readonly laneCount?: number
  readonly batchMax?: number
  readonly waitingMax?: number
}

/** What one message brings along through the edge. */
export interface Visit extends Arrival {
  readonly options: AcquirerOptions
  readonly message: Message
  readonly head: RequestHead
  readonly trace: Trace
  readonly rrns: RrnSource
  readonly lane: Lane<AcceptedPayment, PaymentOutcome>
  readonly reversals: Lane<ReversalItem, ReversalOutcome>
}

/** The decision about one message: what to answer, and whether the answer is signed. */
export interface Verdict {
  readonly answer: Partial<HostAnswer> & { readonly responseCode: string }
  readonly outcome: AcquirerEvent['outcome']
  readonly reason?: DeclineReason
  readonly paymentId?: string
  readonly signing?: { readonly key: KeyBlock; readonly variant: TerminalProfile['macVariant'] } | undefined
  readonly processingRequirement?: string
  /** Refused for what the terminal's session says, before the payment itself was looked at. */
  readonly edge?: boolean
}

export function refusal(reason: DeclineReason, rest: Partial<Verdict> = {}): Verdict {
  const responseCode = responseCodeOfReason[reason]
  // A terminal that is told to sign on again is also told so in the header (terminal-protocol §1.2, digit 6).
  const processingRequirement = responseCode === '77' ? '3' : '0'
  return { outcome: 'declined', reason, processingRequirement, ...rest, answer: { ...rest.answer, responseCode } }
}
