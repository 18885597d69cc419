// A business day as settlement knows it: its runs, the lines of every party's position, and the open cases. While a run is open
// its lines come from the sums kept so far, so a reader sees them grow.

import type { Currency } from '@shua/money'
import type { Queryable } from '@shua/postgres'

export type PartyKind = 'merchant' | 'issuer'

export interface ClearingRun {
  readonly sequence: number
  readonly state: 'open' | 'closed'
  readonly items: number
  readonly openedAt: Date
  readonly closedAt: Date | null
}

/** One kind of movement of one party on one day, over all runs. Credit is what the party gets, debit what it gives. */
export interface PositionLine {
  readonly partyKind: PartyKind
  readonly partyId: string
  /** Of a merchant; empty for others. */
  readonly shopId: string
  /** A kind of transaction, or `reversal` for what was cleared and taken back later. */
  readonly line: string
  readonly currency: Currency
  readonly items: number
  readonly debitMinor: bigint
  readonly creditMinor: bigint
}

export interface ClearingCase {
  readonly shard: number
  readonly paymentId: string
  readonly merchantId: string
  readonly currency: Currency
  readonly difference: 'notInLedger' | 'notInJournal' | 'amountDiffers'
  readonly journalMinor: bigint
  readonly ledgerMinor: bigint
  readonly openedAt: Date
}

export interface ClearedDay {
  readonly businessDate: string
  readonly runs: readonly ClearingRun[]
  readonly lines: readonly PositionLine[]
  /** The first of them; `caseCount` counts all. */
  readonly cases: readonly ClearingCase[]
  readonly caseCount: number
}

const casesShown = 100

export function netMinor(lines: readonly PositionLine[]): bigint {
  return lines.reduce((sum, { creditMinor, debitMinor }) => sum + creditMinor - debitMinor, 0n)
}

export async function readClearedDay(queryable: Queryable, businessDate: string): Promise<ClearedDay> {
  const runs = await queryable.query<ClearingRun>(
    `select sequence, state, opened_at as "openedAt", closed_at as "closedAt",
            (case when state = 'closed' then items else (
               select coalesce(sum(items), 0) from settlement.run_shard s
                where s.business_date = run.business_date and s.sequence = run.sequence) end)::int as items
       from settlement.run where business_date = $1 order by sequence`,
    [businessDate],
  )
  const lines = await queryable.query<PositionLine>(lineQuery, [businessDate])
  const cases = await queryable.query<ClearingCase>(
    `select shard, payment_id as "paymentId", merchant_id as "merchantId", currency, difference,
            journal_minor as "journalMinor", ledger_minor as "ledgerMinor", opened_at as "openedAt"
       from settlement.case where business_date = $1 and state = 'open' order by payment_id, merchant_id limit $2`,
    [businessDate, casesShown],
  )
  const [count] = await queryable.query<{ cases: number }>(
    `select count(*)::int as cases from settlement.case where business_date = $1 and state = 'open'`,
    [businessDate],
  )
  return { businessDate, runs, lines, cases, caseCount: count?.cases ?? 0 }
}

const lineQuery = `
  with known as (
    select party_kind, party_id, shop_id, line, currency, items, debit_minor, credit_minor
      from settlement.position_line where business_date = $1
    union all
    select side.party_kind, side.party_id, side.shop_id, line, currency, part.items, side.debit_minor, side.credit_minor
      from settlement.part
      join settlement.run using (business_date, sequence)
     cross join lateral (values ('merchant', merchant_id, shop_id, debit_minor, credit_minor),
                                ('issuer', issuer_id, '', credit_minor, debit_minor))
                        as side(party_kind, party_id, shop_id, debit_minor, credit_minor)
     where business_date = $1 and run.state = 'open'
  )
  select party_kind as "partyKind", party_id as "partyId", shop_id as "shopId", line, currency, sum(items)::int as items,
         sum(debit_minor)::bigint as "debitMinor", sum(credit_minor)::bigint as "creditMinor"
    from known group by party_kind, party_id, shop_id, line, currency
   order by party_kind desc, party_id, shop_id, line, currency`
