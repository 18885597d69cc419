// The counters of terminals and merchants with a daily or monthly limit: parts of the statements over payments (payment-store.ts),
// which read them together with what stands in the way of a payment and write them together with its journal row. The only SQL
// over acquirer.limit_counter.

import type { Queryable } from '@shua/postgres'
import { countsAtMerchant, countsAtTerminal, type SessionLimits } from '../limits/limited-session.ts'

/** A payment whose terminal or merchant may count. */
export interface CountingPayment {
  readonly terminal: SessionLimits
  /** YYYY-MM-DD */
  readonly businessDate: string
}

/** What was counted before the payment; absent where nobody counts, or where an earlier payment of the batch brings it. */
export interface CountedBefore {
  readonly terminalDayMinor?: bigint
  readonly terminalMonthMinor?: bigint
  readonly merchantDayMinor?: bigint
  readonly merchantMonthMinor?: bigint
}

/** The terminals, the merchants, and the days whose counters are to be read; undefined when there are none. */
export function countersToRead(
  payments: readonly CountingPayment[],
): readonly [terminals: (string | null)[], merchants: (string | null)[], days: string[]] | undefined {
  const brought = new Set<string>()
  const once = (counts: boolean, number: string, businessDate: string): string | null => {
    const key = `${number} ${businessDate}`
    if (!counts || brought.has(key)) return null
    brought.add(key)
    return number
  }
  const terminals = payments.map(({ terminal, businessDate }) =>
    once(countsAtTerminal(terminal), terminal.terminalId, businessDate),
  )
  const merchants = payments.map(({ terminal, businessDate }) =>
    once(countsAtMerchant(terminal), terminal.merchantId, businessDate),
  )
  return brought.size === 0 ? undefined : [terminals, merchants, payments.map(({ businessDate }) => businessDate)]
}

export const countedBeforeColumns = `at_terminal.day as "terminalDayMinor", at_terminal.month as "terminalMonthMinor",
            at_merchant.day as "merchantDayMinor", at_merchant.month as "merchantMonthMinor"`

/** For rows `w` with limited_terminal, limited_merchant and business_date. */
export const countedBeforeJoins = `${countedBefore('terminal')}${countedBefore('merchant')}`

function countedBefore(subject: 'terminal' | 'merchant'): string {
  return `
      cross join lateral (
              select coalesce(sum(c.counted_minor) filter (where c.business_date = w.business_date), 0)::bigint as day,
                     coalesce(sum(c.counted_minor), 0)::bigint as month
                from acquirer.limit_counter c
               where c.subject = '${subject}' and c.number = w.limited_${subject}
                 and c.business_date >= date_trunc('month', w.business_date::timestamp)::date
                 and c.business_date < (date_trunc('month', w.business_date::timestamp) + interval '1 month')::date
             ) as at_${subject}`
}

/** A journal row as far as it counted. */
export interface CountedRow {
  readonly terminalId: string
  readonly merchantId: string
  readonly businessDate: string
  readonly terminalCountedMinor: bigint | null
  readonly merchantCountedMinor: bigint | null
}

type Additions = readonly [subjects: string[], numbers: string[], days: string[], minor: bigint[]]

/** One addition for each counter, in one order everywhere; undefined when nothing was counted. */
export function countersToAdd(rows: readonly CountedRow[]): Additions | undefined {
  const sums = new Map<string, { subject: string; number: string; day: string; minor: bigint }>()
  const add = (subject: string, number: string, day: string, minor: bigint | null): void => {
    if (minor === null) return
    const key = `${subject} ${number} ${day}`
    const sum = sums.get(key) ?? { subject, number, day, minor: 0n }
    sum.minor += minor
    sums.set(key, sum)
  }
  for (const row of rows) {
    add('terminal', row.terminalId, row.businessDate, row.terminalCountedMinor)
    add('merchant', row.merchantId, row.businessDate, row.merchantCountedMinor)
  }
  if (sums.size === 0) return undefined
  const ordered = [...sums.keys()].sort().map((key) => sums.get(key)!)
  return [
    ordered.map(({ subject }) => subject),
    ordered.map(({ number }) => number),
    ordered.map(({ day }) => day),
    ordered.map(({ minor }) => minor),
  ]
}

/** A part of a statement that adds what `countersToAdd` answers, its parameters beginning at `$first`. */
export function countersAdded(first: number): string {
  return `counted as (
       insert into acquirer.limit_counter as c (subject, number, business_date, counted_minor)
       select * from unnest($${first}::text[], $${first + 1}::text[], $${first + 2}::date[], $${first + 3}::bigint[])
           on conflict (subject, number, business_date) do update set counted_minor = c.counted_minor + excluded.counted_minor
     )`
}

/**
 * A part of a statement that gives back, or counts again, what the payments of the part `changed` had counted on their own days.
 * `sign` is by how much their standing changed: −1, 0 or 1.
 */
export const countersRecounted = `recounted as (
       update acquirer.limit_counter c set counted_minor = c.counted_minor + each.minor
         from (select side.subject, side.number, p.business_date, sum(p.sign * side.minor)::bigint as minor
                 from changed p,
                      lateral (values ('terminal', p.terminal_id, p.terminal_counted_minor),
                                      ('merchant', p.merchant_id, p.merchant_counted_minor)) as side(subject, number, minor)
                where p.sign <> 0 and side.minor is not null
                group by side.subject, side.number, p.business_date) as each
        where c.subject = each.subject and c.number = each.number and c.business_date = each.business_date
     )`

/**
 * Deletes the counters that nothing reads any more and answers how many. The month before that of `businessDate` (YYYY-MM-DD,
 * today) stays: what was paid at its end may be undone at the beginning of the next.
 */
export async function deletePastCounters(queryable: Queryable, businessDate: string): Promise<number> {
  const rows = await queryable.query(
    `delete from acquirer.limit_counter
      where business_date < (date_trunc('month', $1::date::timestamp) - interval '1 month')::date
     returning subject`,
    [businessDate],
  )
  return rows.length
}
