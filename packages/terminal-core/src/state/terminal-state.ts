// Everything a terminal must remember when its power fails, as one value. It is the fold of the journal's events
// (apply-event.ts); flows read it and never change it in place.

import type { Currency } from '@shua/money'
import type { ReversalReason, TransactionKind } from '@shua/scheme'
import type { BatchRecord, OriginalOnReceipt } from './batch-record.ts'

/** A payment that was, or may have been, sent: what its 0400 needs. Written before the request leaves (terminal-protocol §4.1). */
export interface PendingReversal {
  readonly kind: TransactionKind
  readonly stan: string
  readonly batchNumber: string
  readonly typeCode: string
  readonly readCapability: string | undefined
  readonly chipCondition: string | undefined
  readonly amountMinor: bigint
  readonly currency: Currency
  readonly entryMode: string
  readonly reason: ReversalReason
  readonly panMasked: string
  readonly panSealed: string
  readonly approvalCode: string | undefined
  readonly original: OriginalOnReceipt | undefined
  readonly operator: string
  /** Times the 0400 left this terminal and was not answered. */
  readonly attempts: number
  /** Times the host said that it was too busy. */
  readonly busyAnswers?: number
  readonly startedAt: string
}

/** A 0220 that is kept until it is answered: it is never reversed, it is repeated with its own trace (§4.3). */
export interface StoredAdvice {
  readonly kind: Extract<TransactionKind, 'refund' | 'completionAdvice'>
  readonly stan: string
  readonly batchNumber: string
  readonly amountMinor: bigint
  readonly currency: Currency
  readonly entryMode: string
  readonly panMasked: string
  readonly panSealed: string
  readonly original: OriginalOnReceipt
  readonly operator: string
  /** Times it was sent without an answer. */
  readonly attempts: number
  readonly startedAt: string
}

/** What the terminal could not end by itself. It stays on the display's list until a supervisor closes it. */
export interface UnresolvedCase {
  readonly id: string
  readonly problem: 'reversalUnanswered' | 'adviceDeclined' | 'adviceUnknown' | 'batchAbandoned'
  readonly kind: TransactionKind | undefined
  readonly stan: string
  readonly batchNumber: string
  readonly amountMinor: bigint
  readonly currency: Currency
  readonly panMasked: string
  readonly responseCode: string | undefined
  readonly at: string
  /** Kept so that a supervisor can have the reversal sent again. */
  readonly reversal: PendingReversal | undefined
}

export type LastOutcome =
  | 'open'
  | 'approved'
  | 'declined'
  | 'unknown'
  | 'reversed'
  | 'unresolved'
  | 'stored'
  | 'notSent'

export interface LastTransaction {
  readonly kind: TransactionKind
  readonly stan: string
  readonly batchNumber: string
  readonly amountMinor: bigint
  readonly currency: Currency
  readonly panMasked: string
  readonly outcome: LastOutcome
  readonly responseCode: string | undefined
  readonly rrn: string | undefined
  readonly approvalCode: string | undefined
  readonly at: string
}

export interface SettlementProgress {
  readonly operator: string
  readonly startedAt: string
  /** `asked`: the 0500 may be on its way; `balanced` and `uploading`: it was answered and the end has not been. */
  readonly phase: 'asked' | 'balanced' | 'uploading'
  /** Flags of the answer, domestic and foreign: 1 balanced, 2 not, 3 error. */
  readonly domesticFlag: number
  readonly foreignFlag: number
  /** The batch the host named for afterwards, if it named another one. */
  readonly nextBatch: string | undefined
}

/** The batch that was closed last: its totals slip can be printed again. */
export interface ClosedBatch {
  readonly batchNumber: string
  readonly closedAt: string
  readonly operator: string
  readonly balanced: boolean
  readonly domesticFlag: number
  readonly foreignFlag: number
  readonly records: readonly BatchRecord[]
  readonly printed: boolean
}

export interface LoadedParameters {
  readonly answerTimeoutSeconds: number
  readonly manualEntry: boolean
  readonly autoSignOff: boolean
  readonly merchantName: string
  readonly reversalAttempts: number
  readonly loadedAt: string
}

export interface StoredOperator {
  /** Two digits: 99 administrator, 00 supervisor, 01 and up cashiers. */
  readonly number: string
  readonly salt: string
  readonly hash: string
  readonly mustChange: boolean
  readonly wrongTries: number
  /** Times the operator was locked since the last right password; each lock lasts twice as long. */
  readonly locks: number
  /** Epoch milliseconds; undefined when open. */
  readonly lockedUntilMs: number | undefined
}

export interface TerminalState {
  readonly terminalId: string
  readonly merchantId: string
  /** What the PIN pad exported: key blocks under its own master key. A clear key is in no journal. */
  readonly pinPad: unknown
  /** Check value of the terminal's master key, in hex, to compare with the acquirer's paper. */
  readonly masterKeyCheckValue: string | undefined
  /** Key block of the key that seals card numbers. */
  readonly sealKey: string | undefined
  readonly signedOn: boolean
  /** ISO 8601; working keys are good for a day. */
  readonly signedOnAt: string | undefined
  readonly batchNumber: string
  readonly nextStan: number
  /** Trace numbers used in this batch; at 999,999 the batch is full, because none may be used twice. */
  readonly stansUsed: number
  readonly records: readonly BatchRecord[]
  readonly pendingReversal: PendingReversal | undefined
  readonly advices: readonly StoredAdvice[]
  readonly cases: readonly UnresolvedCase[]
  readonly settlement: SettlementProgress | undefined
  readonly closedBatch: ClosedBatch | undefined
  /** The host works in another batch than our records: only settlement goes on. */
  readonly mustSettle: boolean
  /** Header digits 6 that still wait to be done. */
  readonly requirements: readonly string[]
  readonly parameters: LoadedParameters | undefined
  readonly stopList: readonly string[]
  readonly stopListLoadedAt: string | undefined
  readonly operators: readonly StoredOperator[]
  readonly language: 'zh' | 'en'
  readonly last: LastTransaction | undefined
}

export function emptyState(identity: { terminalId: string; merchantId: string; language: 'zh' | 'en' }): TerminalState {
  return {
    terminalId: identity.terminalId,
    merchantId: identity.merchantId,
    language: identity.language,
    pinPad: undefined,
    masterKeyCheckValue: undefined,
    sealKey: undefined,
    signedOn: false,
    signedOnAt: undefined,
    batchNumber: '000000',
    nextStan: 1,
    stansUsed: 0,
    records: [],
    pendingReversal: undefined,
    advices: [],
    cases: [],
    settlement: undefined,
    closedBatch: undefined,
    mustSettle: false,
    requirements: [],
    parameters: undefined,
    stopList: [],
    stopListLoadedAt: undefined,
    operators: [],
    last: undefined,
  }
}
