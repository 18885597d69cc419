// Traces that were reversed. A row is there before the original is looked for (design §3), so whichever comes second finds the
// other. The only SQL over acquirer.reversal.

import type { Queryable, Transaction } from '@shua/postgres'
import type { TraceKey } from './payment-store.ts'

export interface ReversalRow {
  readonly outcome: string
  readonly responseCode: string
  readonly rrn: string
  readonly attempts: number
}

/** Writes the row, or counts a repeat. `attempts` is 1 for the first. */
export async function recordReversal(
  tx: Transaction,
  trace: TraceKey,
  reversal: { reason: string; amountMinor: bigint; rrn: string; at: Date },
): Promise<ReversalRow> {
  const rows = await tx.query<ReversalRow>(
    `insert into acquirer.reversal (terminal_id, batch_number, stan, reason, amount_minor, outcome, response_code, rrn, first_at, last_at)
     values ($1, $2, $3, $4, $5, 'searching', '', $6, $7, $7)
     on conflict (terminal_id, batch_number, stan)
       do update set attempts = acquirer.reversal.attempts + 1, last_at = excluded.last_at
     returning outcome, response_code as "responseCode", rrn, attempts`,
    [trace.terminalId, trace.batchNumber, trace.stan, reversal.reason, reversal.amountMinor, reversal.rrn, reversal.at],
    'acquirer.recordReversal',
  )
  return rows[0]!
}

export async function concludeReversal(
  tx: Transaction,
  trace: TraceKey,
  conclusion: { outcome: string; responseCode: string; paymentId?: string; reversalPaymentId?: string },
): Promise<void> {
  await tx.query(
    `update acquirer.reversal set outcome = $4, response_code = $5, payment_id = $6, reversal_payment_id = $7
      where terminal_id = $1 and batch_number = $2 and stan = $3`,
    [
      trace.terminalId,
      trace.batchNumber,
      trace.stan,
      conclusion.outcome,
      conclusion.responseCode,
      conclusion.paymentId ?? null,
      conclusion.reversalPaymentId ?? null,
    ],
    'acquirer.concludeReversal',
  )
}

export interface RecordedReversal {
  readonly reason: string
  readonly attempts: number
  readonly outcome: string
  readonly firstAt: Date
  readonly rrn: string
  readonly reversalPaymentId: string | null
}

export async function reversalOf(database: Queryable, trace: TraceKey): Promise<RecordedReversal | undefined> {
  const rows = await database.query<RecordedReversal>(
    `select reason, attempts, outcome, first_at as "firstAt", rrn, reversal_payment_id as "reversalPaymentId" from acquirer.reversal
      where terminal_id = $1 and batch_number = $2 and stan = $3`,
    [trace.terminalId, trace.batchNumber, trace.stan],
    'acquirer.reversalOf',
  )
  return rows[0]
}
