// What the terminal's methods answer. Outcomes are values: approved, declined by the host, unknown (somebody may have been
// charged and the terminal works on it), refused here before anything was sent.

import type { BatchRecord } from '../state/batch-record.ts'

export type RefusalReason =
  /** No master key was injected. */
  | 'noMasterKey'
  | 'notSignedOn'
  /** Nothing was sent: the host cannot be reached. */
  | 'hostUnreachable'
  /** The check value of a working key is not the key's: the master keys of host and terminal differ. */
  | 'keysWrong'
  | 'needsSupervisor'
  | 'supervisorWrong'
  | 'supervisorLocked'
  | 'originalNotInBatch'
  | 'originalNotVoidable'
  | 'originalVoided'
  | 'cardNeeded'
  | 'cardUnreadable'
  | 'cardDiffers'
  /** A keyed number needs its expiry date. */
  | 'expiryNeeded'
  | 'cardStopListed'
  | 'manualEntryOff'
  | 'pinMalformed'
  | 'amountInvalid'
  | 'batchFull'
  /** The host works in another batch: settle first. */
  | 'mustSettle'
  /** A settlement has begun and is not finished. */
  | 'settling'
  | 'reversalPending'
  | 'advicesPending'
  | 'nothingToPrint'
  | 'notFound'
  | 'passwordMalformed'
  | 'numberMalformed'
  /** The journal could not be written, so nothing was sent. */
  | 'journalFailed'

export interface Refused {
  readonly kind: 'refused'
  readonly reason: RefusalReason
}

export interface Declined {
  readonly kind: 'declined'
  readonly responseCode: string
  readonly stan: string | undefined
  readonly rrn: string | undefined
}

export type PaymentOutcome =
  | {
      readonly kind: 'approved'
      readonly responseCode: string
      readonly stan: string
      readonly rrn: string | undefined
      readonly approvalCode: string | undefined
      /** What was approved; a partial approval is less than what was asked. */
      readonly amountMinor: bigint
      readonly record: BatchRecord | undefined
      readonly balanceMinor: bigint | undefined
      /** False when the slips did not come out; they are printed when there is paper. */
      readonly printed: boolean
    }
  | Declined
  | {
      readonly kind: 'unknown'
      readonly stan: string
      /** `reversal`: a 0400 follows. `repeat`: a 0220 is sent again. `none`: no money was asked for. */
      readonly next: 'reversal' | 'repeat' | 'none'
      readonly cause: 'noAnswer' | 'answerWrong' | 'macWrong' | 'terminalFault' | 'issuerSilent' | 'hostBusy'
    }
  /** An advice is kept and will be sent; the payment stands. */
  | { readonly kind: 'stored'; readonly stan: string }
  | Refused

/** Outcomes of messages that move no money. */
export type ManagementOutcome =
  | { readonly kind: 'done' }
  | Declined
  | { readonly kind: 'noAnswer'; readonly sent: boolean }
  | Refused

export type ReversalOutcome =
  | { readonly kind: 'nothingPending' }
  | { readonly kind: 'reversed'; readonly stan: string; readonly responseCode: string }
  | { readonly kind: 'pending'; readonly stan: string; readonly attempts: number }
  /** Given up after the last attempt: a slip was printed and a case stays on the list. */
  | { readonly kind: 'unresolved'; readonly stan: string; readonly caseId: string }

export type SettlementOutcome =
  | {
      readonly kind: 'settled'
      readonly balanced: boolean
      readonly closedBatch: string
      readonly nextBatch: string
      readonly uploaded: number
      readonly printed: boolean
    }
  | Declined
  /** It goes on where it stopped: when settle is asked again, or at the next start. */
  | { readonly kind: 'interrupted'; readonly phase: 'asked' | 'balanced' | 'uploading' }
  | Refused

export function refused(reason: RefusalReason): Refused {
  return { kind: 'refused', reason }
}
