// One approved transaction of the open batch, as the terminal keeps it until settlement. It has no track, PIN or expiry date;
// the account number is sealed, because the batch upload and a void need it (terminal-protocol §4.3, design §4 rule 10).

import type { Currency } from '@shua/money'
import type { TransactionKind } from '@shua/scheme'

/** What names an earlier transaction: on the wire in DE 37, 38 and 61, on the receipt in the remark. */
export interface OriginalOnReceipt {
  readonly batchNumber: string | undefined
  readonly stan: string | undefined
  /** MMDD */
  readonly date: string | undefined
  readonly rrn: string | undefined
  readonly approvalCode: string | undefined
}

export interface BatchRecord {
  readonly kind: TransactionKind
  readonly stan: string
  readonly batchNumber: string
  readonly amountMinor: bigint
  readonly currency: Currency
  /** DE 22 */
  readonly entryMode: string
  readonly panMasked: string
  /** Base64 of the sealed account number; the context is `pan:` + stan. */
  readonly panSealed: string
  readonly rrn: string | undefined
  readonly approvalCode: string | undefined
  readonly responseCode: string
  /** YYYY-MM-DD and hhmmss: DE 12 and 13 with the terminal's year. */
  readonly date: string
  readonly time: string
  readonly issuerId: string | undefined
  readonly acquirerId: string | undefined
  readonly organisation: string | undefined
  readonly operator: string
  readonly original: OriginalOnReceipt | undefined
  readonly status: 'approved' | 'voided'
  /** False until its slips came out; what is unprinted at start is printed then. */
  readonly printed: boolean
  /** True once a batch upload packet that holds it was answered. */
  readonly uploaded: boolean
}
