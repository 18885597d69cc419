// The journal as the console shows it: pages of payments with their merchant, newest first.

import type { Database } from '@shua/postgres'
import { paymentIdsOfBusinessDate } from '@shua/scheme'
import { everyShard, paymentColumns, type JournalPayment, type PaymentState } from '../store/payment-store.ts'

export interface ListedPayment extends JournalPayment {
  readonly merchantName: string
  readonly durationUs: bigint | null
}

/** A state of the journal, in which approvals stand apart by what of them was refunded. */
export type ListedState = PaymentState | 'refunded' | 'partlyRefunded'

export interface PaymentQuery {
  readonly limit: number
  /** Payment id after which to go on; ids sort by time. */
  readonly before?: string | undefined
  readonly terminalId?: string | undefined
  readonly state?: ListedState | undefined
  /** A whole RRN or payment id; or part of an approval code, masked PAN, trace, terminal id, merchant's name, RRN or payment id. */
  readonly text?: string | undefined
  readonly paymentIds?: readonly string[] | undefined
}

const listColumns = `${paymentColumns.replaceAll(/(^|, |\n\s*)(\w)/g, '$1p.$2')}, m.name as "merchantName",
  (select max(t.duration_us) from acquirer.payment_trace t where t.payment_id = p.payment_id and t.seen_by = 'host' and t.mti <> '0400') as "durationUs"`

/** By their texts the server finds the index over the few payments that are not plain approvals (migration 0008). */
const stateConditions: Readonly<Record<ListedState, string>> = {
  approved: `p.state = 'approved' and p.refunded_minor = 0`,
  refunded: 'p.refunded_minor > 0 and p.refunded_minor = p.amount_minor',
  partlyRefunded: 'p.refunded_minor > 0 and p.refunded_minor < p.amount_minor',
  declined: `p.state = 'declined'`,
  reversed: `p.state = 'reversed'`,
  voided: `p.state = 'voided'`,
  completed: `p.state = 'completed'`,
  unknown: `p.state = 'unknown'`,
}

const wholeRrn = /^\d{12}$/
const wholePaymentId = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

export async function listPayments(database: Database, query: PaymentQuery): Promise<ListedPayment[]> {
  const values: unknown[] = [query.limit]
  const parameter = (value: unknown): string => `$${values.push(value)}`
  const conditions = ['true']
  const { before, terminalId, state, text, paymentIds } = query
  if (before !== undefined) conditions.push(`p.payment_id < ${parameter(before)}::uuid`)
  if (terminalId !== undefined) conditions.push(`p.terminal_id = ${parameter(terminalId)}`)
  if (state !== undefined) conditions.push(stateConditions[state])
  if (paymentIds !== undefined) conditions.push(`p.payment_id = any(${parameter(paymentIds)}::uuid[])`)
  if (text !== undefined) conditions.push(textCondition(text, parameter))
  return database.query<ListedPayment>(
    `select ${listColumns}
       from acquirer.payment p join acquirer.merchant m using (merchant_id)
      where ${conditions.join(' and ')}
      order by p.payment_id desc limit $1`,
    values,
  )
}

function textCondition(text: string, parameter: (value: unknown) => string): string {
  if (wholePaymentId.test(text)) return `p.payment_id = ${parameter(text)}::uuid`
  if (wholeRrn.test(text)) return `p.shard = any(${parameter(everyShard)}::smallint[]) and p.rrn = ${parameter(text)}`
  return `position(upper(${parameter(text)}) in upper(p.rrn || ' ' || coalesce(p.approval_code, '') || ' ' || p.masked_pan
    || ' ' || lpad(p.stan::text, 6, '0') || ' ' || p.terminal_id || ' ' || m.name || ' ' || p.payment_id)) > 0`
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
