// What the journal records. Each event is durable before the terminal acts on it; the order inside a flow is the guarantee
// of terminal-protocol §4.1: the reversal record first, then the wire, then the outcome.

import type { ReversalReason } from '@shua/scheme'
import type { BatchRecord } from './batch-record.ts'
import type {
  LastTransaction,
  LoadedParameters,
  PendingReversal,
  SettlementProgress,
  StoredAdvice,
  StoredOperator,
  TerminalState,
  UnresolvedCase,
} from './terminal-state.ts'

export type JournalEvent =
  | { readonly type: 'snapshot'; readonly state: TerminalState }
  | {
      readonly type: 'masterKeyLoaded'
      readonly pinPad: unknown
      readonly masterKeyCheckValue: string
      readonly sealKey: string
    }
  | {
      readonly type: 'signedOn'
      readonly pinPad: unknown
      readonly batchNumber: string
      readonly at: string
      /** The host's batch is not the one of our records. */
      readonly mustSettle: boolean
    }
  | { readonly type: 'signedOff'; readonly pinPad: unknown }
  | { readonly type: 'traceUsed' }
  /** A request that may move money is about to leave; its trace is used and its reversal or repeat is stored. */
  | {
      readonly type: 'paymentStarted'
      readonly last: LastTransaction
      readonly reversal: PendingReversal | undefined
      readonly advice: StoredAdvice | undefined
    }
  | {
      readonly type: 'paymentApproved'
      readonly last: LastTransaction
      /** Undefined for a balance inquiry, which no batch holds. */
      readonly record: BatchRecord | undefined
    }
  /** Declined, or certainly never sent: nothing happened, so reversal and repeat are erased. */
  | { readonly type: 'paymentEnded'; readonly last: LastTransaction }
  | { readonly type: 'paymentUnknown'; readonly last: LastTransaction; readonly reason: ReversalReason }
  | { readonly type: 'reversalAttempted'; readonly busy?: true }
  | { readonly type: 'reversalEnded'; readonly last: LastTransaction | undefined }
  | {
      readonly type: 'reversalAbandoned'
      readonly unresolved: UnresolvedCase
      readonly last: LastTransaction | undefined
    }
  | { readonly type: 'reversalResumed'; readonly caseId: string }
  | { readonly type: 'adviceAttempted'; readonly stan: string }
  | { readonly type: 'adviceFailed'; readonly unresolved: UnresolvedCase }
  | { readonly type: 'caseClosed'; readonly caseId: string }
  | { readonly type: 'slipPrinted'; readonly stan: string }
  | { readonly type: 'settlementStarted'; readonly settlement: SettlementProgress }
  | {
      readonly type: 'settlementAnswered'
      readonly domesticFlag: number
      readonly foreignFlag: number
      readonly nextBatch: string | undefined
    }
  | { readonly type: 'settlementDropped' }
  | { readonly type: 'recordsUploaded'; readonly stans: readonly string[] }
  | { readonly type: 'batchClosed'; readonly nextBatch: string; readonly closedAt: string }
  | {
      readonly type: 'batchAbandoned'
      readonly nextBatch: string
      readonly closedAt: string
      readonly unresolved: UnresolvedCase
    }
  | { readonly type: 'settlementSlipPrinted' }
  | { readonly type: 'requirementRaised'; readonly digit: string }
  | { readonly type: 'requirementDone'; readonly digit: string }
  | { readonly type: 'parametersLoaded'; readonly parameters: LoadedParameters }
  | { readonly type: 'stopListLoaded'; readonly entries: readonly string[]; readonly loadedAt: string }
  | { readonly type: 'operatorSaved'; readonly operator: StoredOperator }
  | { readonly type: 'operatorRemoved'; readonly number: string }
  | { readonly type: 'languageChosen'; readonly language: 'zh' | 'en' }
