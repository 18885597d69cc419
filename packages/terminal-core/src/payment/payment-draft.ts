// A payment before it has a trace number: what the operator and the cardholder gave.

import type { Sensitive } from '@shua/card-data'
import type { Money } from '@shua/money'
import type { TransactionKind } from '@shua/scheme'
import type { CardEntry } from '../card/card-entry.ts'
import type { OriginalOnReceipt } from '../state/batch-record.ts'

export interface PaymentDraft {
  readonly kind: TransactionKind
  readonly operator: string
  /** Undefined in a balance inquiry. */
  readonly amount: Money | undefined
  readonly card: CardEntry
  readonly pin: Sensitive<string> | undefined
  readonly original: OriginalOnReceipt | undefined
  /** Set when a stored advice is sent again: it keeps its trace number. */
  readonly repeats?: { readonly stan: string; readonly batchNumber: string }
}
