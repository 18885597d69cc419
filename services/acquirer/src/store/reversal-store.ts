// Traces that were reversed. A row is there before the original is looked for (design §3), so whichever comes second finds the
// other. The only SQL over acquirer.reversal.

import { assert } from '@shua/assert'
import { batchRows, type Queryable, type Transaction } from '@shua/postgres'
import type { TraceKey } from './payment-store.ts'

export interface ReversalToRecord extends TraceKey {
  readonly reason: string
  readonly amountMinor: bigint
  readonly rrn: string
  readonly at: Date
}

export interface ReversalRow {
  /** `searching` until it is concluded. */
  readonly outcome: string
  readonly rrn: string
  /** 1 for the first. */
  readonly attempts: number
}

/** Writes the rows, or counts repeats; in the order of the reversals, of which no two may have the same trace. */
export async function recordReversals(
  tx: Transaction,
  reversals: readonly ReversalToRecord[],
): Promise<readonly ReversalRow[]> {
  const rows = await tx.query<ReversalRow & TraceKey>(
    `insert into acquirer.reversal (terminal_id, batch_number, stan, reason, amount_minor, outcome, response_code, rrn, first_at, last_at)
     select terminal_id, batch_number, stan, reason, amount_minor, 'searching', '', rrn, at, at
       from unnest($1::text[], $2::int[], $3::int[], $4::text[], $5::bigint[], $6::text[], $7::timestamptz[])
            as r(terminal_id, batch_number, stan, reason, amount_minor, rrn, at)
     on conflict (terminal_id, batch_number, stan)
       do update set attempts = acquirer.reversal.attempts + 1, last_at = excluded.last_at
     returning terminal_id as "terminalId", batch_number as "batchNumber", stan, outcome, rrn, attempts`,
    [
      ...traceColumns(reversals),
      reversals.map(({ reason }) => reason),
      reversals.map(({ amountMinor }) => amountMinor),
      reversals.map(({ rrn }) => rrn),
      reversals.map(({ at }) => at),
    ],
    'acquirer.recordReversals',
  )
  const byTrace = new Map(rows.map((row) => [traceText(row), row]))
  return reversals.map((reversal) => {
    const row = byTrace.get(traceText(reversal))
    assert(row, 'every reversal is recorded')
    return row
  })
}

export interface Conclusion extends TraceKey {
  readonly outcome: string
  readonly responseCode: string
  readonly paymentId?: string | undefined
  readonly reversalPaymentId?: string | undefined
}

export async function concludeReversals(tx: Transaction, conclusions: readonly Conclusion[]): Promise<void> {
  if (conclusions.length === 0) return
  await tx.query(
    `update acquirer.reversal r
        set outcome = c.outcome, response_code = c.response_code, payment_id = c.payment_id,
            reversal_payment_id = c.reversal_payment_id
       from ${batchRows(['$1::text[]', '$2::int[]', '$3::int[]', '$4::text[]', '$5::text[]', '$6::uuid[]', '$7::uuid[]'])}
            as c(terminal_id, batch_number, stan, outcome, response_code, payment_id, reversal_payment_id)
      where r.terminal_id = c.terminal_id and r.batch_number = c.batch_number and r.stan = c.stan`,
    [
      ...traceColumns(conclusions),
      conclusions.map(({ outcome }) => outcome),
      conclusions.map(({ responseCode }) => responseCode),
      conclusions.map(({ paymentId }) => paymentId ?? null),
      conclusions.map(({ reversalPaymentId }) => reversalPaymentId ?? null),
    ],
    'acquirer.concludeReversals',
  )
}

function traceColumns(traces: readonly TraceKey[]): unknown[][] {
  return [
    traces.map(({ terminalId }) => terminalId),
    traces.map(({ batchNumber }) => batchNumber),
    traces.map(({ stan }) => stan),
  ]
}

function traceText({ terminalId, batchNumber, stan }: TraceKey): string {
  return `${terminalId}/${batchNumber}/${stan}`
}

export interface RecordedReversal {
  readonly reason: string
  readonly attempts: number
  readonly outcome: string
  /** As it was answered; empty while it is not concluded. */
  readonly responseCode: string
  readonly firstAt: Date
  readonly rrn: string
  readonly reversalPaymentId: string | null
}

export async function reversalOf(database: Queryable, trace: TraceKey): Promise<RecordedReversal | undefined> {
  const rows = await database.query<RecordedReversal>(
    `select reason, attempts, outcome, response_code as "responseCode", first_at as "firstAt", rrn,
            reversal_payment_id as "reversalPaymentId"
       from acquirer.reversal
      where terminal_id = $1 and batch_number = $2 and stan = $3`,
    [trace.terminalId, trace.batchNumber, trace.stan],
    'acquirer.reversalOf',
  )
  return rows[0]
}
