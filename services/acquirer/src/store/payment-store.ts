// The acquirer's journal: one row per payment a terminal asked for. The only SQL over acquirer.payment.

import { batchRows, type Queryable, RowArray, type Transaction } from '@shua/postgres'
import type { Currency } from '@shua/money'
import type { TransactionKind } from '@shua/scheme'
import {
  countedBeforeColumns,
  countedBeforeJoins,
  countersAdded,
  countersRecounted,
  countersToAdd,
  countersToRead,
  type CountedBefore,
  type CountingPayment,
} from './limit-counter-store.ts'

export type PaymentState = 'approved' | 'declined' | 'reversed' | 'voided' | 'completed' | 'unknown'

export interface JournalPayment {
  readonly shard: number
  readonly paymentId: string
  readonly terminalId: string
  readonly merchantId: string
  readonly batchNumber: number
  readonly stan: number
  readonly kind: TransactionKind
  readonly state: PaymentState
  readonly amountMinor: bigint
  readonly currency: Currency
  readonly panHash: Buffer
  readonly maskedPan: string
  readonly sealedPan: Buffer
  readonly entryMode: string
  readonly operator: string
  readonly rrn: string
  readonly approvalCode: string | null
  readonly responseCode: string
  readonly reason: string | null
  readonly issuerId: string | null
  readonly originalPaymentId: string | null
  readonly refundedMinor: bigint
  /** YYYY-MM-DD */
  readonly businessDate: string
  readonly receivedAt: Date
  /** What it counted at its terminal and at its merchant (limits/counted-amount.ts); null where nobody counted. */
  readonly terminalCountedMinor: bigint | null
  readonly merchantCountedMinor: bigint | null
}

export const paymentColumns = `shard, payment_id as "paymentId", terminal_id as "terminalId", merchant_id as "merchantId",
  batch_number as "batchNumber", stan, kind, state, amount_minor as "amountMinor", currency, pan_hash as "panHash",
  masked_pan as "maskedPan", sealed_pan as "sealedPan", entry_mode as "entryMode", operator, rrn,
  approval_code as "approvalCode", response_code as "responseCode", reason, issuer_id as "issuerId",
  original_payment_id as "originalPaymentId", refunded_minor as "refundedMinor", business_date as "businessDate",
  received_at as "receivedAt", terminal_counted_minor as "terminalCountedMinor",
  merchant_counted_minor as "merchantCountedMinor"`

export interface TraceKey {
  readonly terminalId: string
  readonly batchNumber: number
  readonly stan: number
}

/** What stands in the way of one payment of a batch before anything is decided about it. */
export interface Standing extends CountedBefore {
  /** The version of its terminal's session now; see TerminalSession. */
  readonly version: string
  /** Its trace was used by a payment in any shard, or by a reversal that came first. */
  readonly used: boolean
  /** Its card stands on the acquirer's stop list. */
  readonly stopped: boolean
}

/**
 * In the order of the payments. The limits keep the planner from joining by hashing, for which it would read the whole journal
 * with every batch.
 */
export async function findStandings(
  tx: Transaction,
  payments: readonly (TraceKey & CountingPayment & { readonly panHash: Buffer })[],
): Promise<Standing[]> {
  const parameters = [
    payments.map((p) => p.terminalId),
    payments.map((p) => p.batchNumber),
    payments.map((p) => p.stan),
    payments.map((p) => p.panHash),
  ]
  const counters = countersToRead(payments)
  return counters === undefined
    ? tx.query<Standing>(standingsStatement, parameters, 'acquirer.findStandings')
    : tx.query<Standing>(
        standingsAndCountersStatement,
        [...parameters, ...counters],
        'acquirer.findStandingsAndCounters',
      )
}

const standingsStatement = standingsText({ columns: '', types: '', names: '', joins: '' })
const standingsAndCountersStatement = standingsText({
  columns: `,\n            ${countedBeforeColumns}`,
  types: ', $5::text[], $6::text[], $7::date[]',
  names: ', limited_terminal, limited_merchant, business_date',
  joins: countedBeforeJoins,
})

function standingsText(counters: { columns: string; types: string; names: string; joins: string }): string {
  return `select session.version, used.found is not null as used, stopped.found is not null as stopped${counters.columns}
       from unnest($1::text[], $2::int[], $3::int[], $4::bytea[]${counters.types}) with ordinality
            as w(terminal_id, batch_number, stan, pan_hash${counters.names}, position)
      cross join lateral (
              select t.session_version || '/' || m.session_version as version
                from acquirer.terminal t join acquirer.merchant m using (merchant_id)
               where t.terminal_id = w.terminal_id limit 1) as session
       left join lateral (
              (select 1 as found from acquirer.payment p
                where p.terminal_id = w.terminal_id and p.batch_number = w.batch_number and p.stan = w.stan limit 1)
              union all
              (select 1 from acquirer.reversal r
                where r.terminal_id = w.terminal_id and r.batch_number = w.batch_number and r.stan = w.stan limit 1)
              limit 1) as used on true
       left join lateral (
              select 1 as found from acquirer.stop_list s where s.pan_hash = w.pan_hash limit 1) as stopped on true${counters.joins}
      order by w.position`
}

export const everyShard = Array.from({ length: 64 }, (_, shard) => shard)

/** The payment of a trace. The card's shard is tried first; another card's payment is found too, so that the answer can say why. */
export async function findByTrace(tx: Queryable, trace: TraceKey): Promise<JournalPayment | undefined> {
  const rows = await tx.query<JournalPayment>(
    `select ${paymentColumns} from acquirer.payment
      where terminal_id = $1 and batch_number = $2 and stan = $3 for update`,
    [trace.terminalId, trace.batchNumber, trace.stan],
    'acquirer.findByTrace',
  )
  return rows[0]
}

/** The payment a refund names by retrieval reference number, among those of one merchant. */
export async function findByRrn(tx: Transaction, merchantId: string, rrn: string): Promise<JournalPayment | undefined> {
  const rows = await tx.query<JournalPayment>(
    `select ${paymentColumns} from acquirer.payment
      where shard = any($1::smallint[]) and rrn = $2 and merchant_id = $3 for update`,
    [everyShard, rrn, merchantId],
    'acquirer.findByRrn',
  )
  return rows[0]
}

/** The pre-authorization of a merchant with this approval code and date; the card's own comes first when codes coincide. */
export async function findPreAuthorization(
  tx: Transaction,
  wanted: { merchantId: string; approvalCode: string; businessDate: string | undefined; panHash: Buffer },
): Promise<JournalPayment | undefined> {
  const rows = await tx.query<JournalPayment>(
    `select ${paymentColumns} from acquirer.payment
      where shard = any($1::smallint[]) and kind = 'preAuthorization' and merchant_id = $2 and approval_code = $3
        and state <> 'declined'
      order by (pan_hash = $4) desc, (business_date = $5::date) desc nulls last, received_at desc limit 1 for update`,
    [everyShard, wanted.merchantId, wanted.approvalCode, wanted.panHash, wanted.businessDate ?? null],
    'acquirer.findPreAuthorization',
  )
  return rows[0]
}

/** A payment that is to be reversed, and what stands behind it. */
export interface PaymentToReverse extends JournalPayment {
  /** The original of its original: the pre-authorization behind the void of a completion. */
  readonly behindPaymentId: string | null
}

/** What stands under each trace, in the order of the traces; not locked. */
export async function findToReverse(
  tx: Transaction,
  traces: readonly TraceKey[],
): Promise<readonly (PaymentToReverse | undefined)[]> {
  const rows = await tx.query<PaymentToReverse & { position: bigint }>(
    `select w.position, found.*, behind.payment_id as "behindPaymentId"
       from unnest($1::text[], $2::int[], $3::int[]) with ordinality as w(terminal_id, batch_number, stan, position)
      cross join lateral (
              select ${paymentColumns} from acquirer.payment p
               where p.terminal_id = w.terminal_id and p.batch_number = w.batch_number and p.stan = w.stan limit 1) as found
       left join lateral (
              select o.original_payment_id as payment_id from acquirer.payment o
               where o.shard = found.shard and o.payment_id = found."originalPaymentId" limit 1) as behind on true`,
    [
      traces.map(({ terminalId }) => terminalId),
      traces.map(({ batchNumber }) => batchNumber),
      traces.map(({ stan }) => stan),
    ],
    'acquirer.findToReverse',
  )
  const byPosition = new Map(rows.map((row) => [Number(row.position), row]))
  return traces.map((_, index) => byPosition.get(index + 1))
}

export type LockedState = Pick<JournalPayment, 'state' | 'refundedMinor'>

/** Locks payments and reads what may have changed about them since they were found. By payment id. */
export async function lockStates(
  tx: Transaction,
  payments: readonly Pick<JournalPayment, 'shard' | 'paymentId'>[],
): Promise<ReadonlyMap<string, LockedState>> {
  if (payments.length === 0) return new Map()
  const rows = await tx.query<LockedState & { paymentId: string }>(
    `select p.payment_id as "paymentId", p.state, p.refunded_minor as "refundedMinor"
       from ${batchRows(['$1::smallint[]', '$2::uuid[]'])} as w(shard, payment_id)
       join acquirer.payment p on p.shard = w.shard and p.payment_id = w.payment_id
      order by p.shard, p.payment_id for update of p`,
    [payments.map(({ shard }) => shard), payments.map(({ paymentId }) => paymentId)],
    'acquirer.lockStates',
  )
  return new Map(rows.map((row) => [row.paymentId, row]))
}

const insertStatement = `insert into acquirer.payment (shard, payment_id, terminal_id, merchant_id, batch_number, stan, kind, state,
            amount_minor, currency, pan_hash, masked_pan, sealed_pan, entry_mode, operator, rrn, approval_code, response_code, reason,
            issuer_id, original_payment_id, business_date, received_at, terminal_counted_minor, merchant_counted_minor)
     select * from unnest($1::acquirer.payment_to_write[])`
const insertAndCountStatement = `with ${countersAdded(2)}
     ${insertStatement}`

/** Writes the rows; what they count is added to the counters in the same statement. */
export async function insertPayments(tx: Transaction, payments: readonly JournalPayment[]): Promise<void> {
  if (payments.length === 0) return
  const rows = new RowArray(payments.map(valuesOf))
  const counters = countersToAdd(payments)
  if (counters === undefined) await tx.query(insertStatement, [rows], 'acquirer.insertPayments')
  else await tx.query(insertAndCountStatement, [rows, ...counters], 'acquirer.insertPaymentsAndCount')
}

/** In the order of acquirer.payment_to_write. */
function valuesOf(payment: JournalPayment): readonly unknown[] {
  return [
    payment.shard,
    payment.paymentId,
    payment.terminalId,
    payment.merchantId,
    payment.batchNumber,
    payment.stan,
    payment.kind,
    payment.state,
    payment.amountMinor,
    payment.currency,
    payment.panHash,
    payment.maskedPan,
    payment.sealedPan,
    payment.entryMode,
    payment.operator,
    payment.rrn,
    payment.approvalCode,
    payment.responseCode,
    payment.reason,
    payment.issuerId,
    payment.originalPaymentId,
    payment.businessDate,
    payment.receivedAt,
    payment.terminalCountedMinor,
    payment.merchantCountedMinor,
  ]
}

/** A change of an earlier payment's state, checked against the state it was decided on. */
export interface StateChange {
  readonly shard: number
  readonly paymentId: string
  readonly from: PaymentState
  readonly to: PaymentState
  readonly refundedMinor: bigint
  /** Known to have counted towards no limit: then there is nothing to give back. */
  readonly uncounted?: boolean
}

const changeStatement = `update acquirer.payment p
        set state = c.to_state, refunded_minor = p.refunded_minor + c.refunded_minor
       from ${batchRows(['$1::smallint[]', '$2::uuid[]', '$3::text[]', '$4::text[]', '$5::bigint[]'])}
            as c(shard, payment_id, from_state, to_state, refunded_minor)
      where p.shard = c.shard and p.payment_id = c.payment_id and p.state = c.from_state
      returning p.payment_id as "paymentId"`
const changeAndCountStatement = `with changed as (
       ${changeStatement}, p.terminal_id, p.merchant_id, p.business_date, p.terminal_counted_minor, p.merchant_counted_minor,
            (c.to_state in ('approved', 'completed'))::int - (c.from_state in ('approved', 'completed'))::int as sign
     ), ${countersRecounted}
     select "paymentId" from changed`
/** What is in one of these states counts towards limits. */
const standingStates: ReadonlySet<PaymentState> = new Set(['approved', 'completed'])

/**
 * Returns how many rows changed; the caller asserts that it is all of them. What ceases to stand is given back to the counters of
 * its own day in the same statement, and what stands again is counted again.
 */
export async function changeStates(tx: Transaction, changes: readonly StateChange[]): Promise<number> {
  if (changes.length === 0) return 0
  const counts = changes.some(
    ({ from, to, uncounted }) => uncounted !== true && standingStates.has(from) !== standingStates.has(to),
  )
  const rows = await tx.query<{ paymentId: string }>(
    counts ? changeAndCountStatement : changeStatement,
    [
      changes.map((c) => c.shard),
      changes.map((c) => c.paymentId),
      changes.map((c) => c.from),
      changes.map((c) => c.to),
      changes.map((c) => c.refundedMinor),
    ],
    counts ? 'acquirer.changeStatesAndCount' : 'acquirer.changeStates',
  )
  return rows.length
}
