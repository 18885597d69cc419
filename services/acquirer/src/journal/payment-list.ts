// The journal as the console shows it: pages of payments with their merchant, newest first.

import type { Database } from '@shua/postgres'
import { paymentIdsOfBusinessDate } from '@shua/scheme'
import { paymentColumns, type JournalPayment } from '../store/payment-store.ts'

export interface ListedPayment extends JournalPayment {
  readonly merchantName: string
  readonly durationUs: bigint | null
}

export interface PaymentQuery {
  readonly limit: number
  /** Payment id after which to go on; ids sort by time. */
  readonly before?: string | undefined
  readonly terminalId?: string | undefined
  readonly state?: string | undefined
  /** Part of an RRN, approval code, masked PAN or trace. */
  readonly text?: string | undefined
  readonly paymentIds?: readonly string[] | undefined
}

const listColumns = `${paymentColumns.replaceAll(/(^|, |\n\s*)(\w)/g, '$1p.$2')}, m.name as "merchantName",
  (select max(t.duration_us) from acquirer.payment_trace t where t.payment_id = p.payment_id and t.seen_by = 'host' and t.mti <> '0400') as "durationUs"`

export async function listPayments(database: Database, query: PaymentQuery): Promise<ListedPayment[]> {
  return database.query<ListedPayment>(
    `select ${listColumns}
       from acquirer.payment p join acquirer.merchant m using (merchant_id)
      where ($2::uuid is null or p.payment_id < $2)
        and ($3::text is null or p.terminal_id = $3)
        and ($4::text is null or case $4 when 'refunded' then p.refunded_minor = p.amount_minor and p.refunded_minor > 0
                                          when 'partlyRefunded' then p.refunded_minor > 0 and p.refunded_minor < p.amount_minor
                                          when 'approved' then p.state = 'approved' and p.refunded_minor = 0
                                          else p.state = $4 end)
        and ($5::text is null or position(upper($5) in upper(p.rrn || ' ' || coalesce(p.approval_code, '') || ' ' || p.masked_pan
              || ' ' || lpad(p.stan::text, 6, '0') || ' ' || p.terminal_id || ' ' || m.name || ' ' || p.payment_id)) > 0)
        and ($6::uuid[] is null or p.payment_id = any($6))
      order by p.payment_id desc limit $1`,
    [
      query.limit,
      query.before ?? null,
      query.terminalId ?? null,
      query.state ?? null,
      query.text ?? null,
      query.paymentIds ?? null,
    ],
  )
}

/** The payments a payment refers to and those that refer to it. */
export async function relatedPayments(database: Database, payment: JournalPayment): Promise<ListedPayment[]> {
  return database.query<ListedPayment>(
    `select ${listColumns}
       from acquirer.payment p join acquirer.merchant m using (merchant_id)
      where p.shard = $1 and p.payment_id <> $2
        and (p.original_payment_id = $2 or p.payment_id = $3 or p.original_payment_id = $3)
      order by p.payment_id`,
    [payment.shard, payment.paymentId, payment.originalPaymentId],
  )
}

export interface DayTotals {
  readonly approvedCount: bigint
  readonly approvedMinor: bigint
  readonly declinedCount: bigint
  readonly unknownCount: bigint
}

/** What happened on one business date: sales count with their amount, and what was refused or is not known. */
export async function dayTotals(database: Database, businessDate: string): Promise<DayTotals> {
  const { after, upTo } = paymentIdsOfBusinessDate(businessDate)
  const rows = await database.query<DayTotals>(
    `select count(*) filter (where state in ('approved', 'completed', 'voided') and kind <> 'balanceInquiry') as "approvedCount",
            coalesce(sum(amount_minor - refunded_minor)
              filter (where state = 'approved' and kind in ('purchase', 'completion', 'completionAdvice')), 0)::bigint as "approvedMinor",
            count(*) filter (where state = 'declined') as "declinedCount",
            count(*) filter (where state = 'unknown') as "unknownCount"
       from acquirer.payment where business_date = $1 and payment_id > $2 and payment_id <= $3`,
    [businessDate, after, upTo],
  )
  return rows[0]!
}
