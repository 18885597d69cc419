// The run of a business day: opened once, joined by whoever else starts, closed when every shard is done. A run that was left
// behind by a killed process is open, so the next start takes it up where it stopped.

import { Fault } from '@shua/assert'
import type { Database, Transaction } from '@shua/postgres'
import { paymentIdsOfBusinessDate, shardCount, type ClearingSource } from '@shua/scheme'

export interface RunKey {
  /** YYYY-MM-DD */
  readonly businessDate: string
  readonly sequence: number
}

/** The open run of the day, or the next one. */
export async function openRun(
  database: Database,
  businessDate: string,
  { source, at }: { source: ClearingSource<Transaction>; at: Date },
): Promise<RunKey> {
  return await database.inTransaction(async (tx) => {
    // The unique index on open runs lets one of several starters in; the others wait for its commit and then find its run.
    const opened = await tx.query<{ sequence: number }>(
      `insert into settlement.run (business_date, sequence, state, opened_at)
       select $1::date, coalesce(max(sequence), 0) + 1, 'open', $2::timestamptz from settlement.run where business_date = $1::date
       on conflict do nothing returning sequence`,
      [businessDate, at],
    )
    if (opened[0] === undefined) return { businessDate, sequence: await openSequence(tx, businessDate) }
    const { sequence } = opened[0]
    await source.prepare(tx)
    await tx.query(
      `insert into settlement.run_shard (business_date, sequence, shard, state, after)
       select $1::date, $2::smallint, shard, 'open', $3::uuid from generate_series(0, $4::int - 1) as shard`,
      [businessDate, sequence, paymentIdsOfBusinessDate(businessDate).after, shardCount],
    )
    return { businessDate, sequence }
  })
}

async function openSequence(tx: Transaction, businessDate: string): Promise<number> {
  const [open] = await tx.query<{ sequence: number }>(
    `select sequence from settlement.run where business_date = $1 and state = 'open'`,
    [businessDate],
  )
  // Another process opened a run and closed it between the two statements.
  if (open === undefined)
    throw new Fault('SETTLEMENT_RUN_CLOSED', 'another run of the day was closed at this very moment; start again')
  return open.sequence
}

/**
 * Turns the sums into positions and closes the run; nothing when another worker did. A later run that found nothing leaves
 * nothing behind, so that running again changes nothing.
 */
export async function closeRun(database: Database, run: RunKey, at: Date): Promise<void> {
  const key = [run.businessDate, run.sequence]
  await database.inTransaction(async (tx) => {
    const [open] = await tx.query(
      `select from settlement.run where business_date = $1 and sequence = $2 and state = 'open' for update`,
      key,
    )
    if (open === undefined) return
    const [found] = await tx.query<{ items: bigint; opened_case: boolean }>(
      `select coalesce(sum(items), 0)::bigint as items,
              exists (select from settlement.case where business_date = $1 and sequence = $2) as opened_case
         from settlement.run_shard where business_date = $1 and sequence = $2`,
      key,
    )
    const items = found?.items ?? 0n
    if (items === 0n && found?.opened_case !== true && run.sequence > 1) {
      await tx.query('delete from settlement.run where business_date = $1 and sequence = $2', key)
      return
    }
    await tx.query(positionInsert, key)
    await refuseUnbalanced(tx, run)
    await tx.query(
      `update settlement.run set state = 'closed', items = $3, closed_at = $4 where business_date = $1 and sequence = $2`,
      [...key, items, at],
    )
  })
}

/** Both sides of every sum: what the merchant gains the issuer of the card owes. */
const positionInsert = `
  insert into settlement.position_line
    (business_date, sequence, party_kind, party_id, shop_id, line, currency, items, debit_minor, credit_minor)
  select $1::date, $2::smallint, 'merchant', merchant_id, shop_id, line, currency, sum(items), sum(debit_minor), sum(credit_minor)
    from settlement.part where business_date = $1::date and sequence = $2::smallint group by merchant_id, shop_id, line, currency
  union all
  select $1::date, $2::smallint, 'issuer', issuer_id, '', line, currency, sum(items), sum(credit_minor), sum(debit_minor)
    from settlement.part where business_date = $1::date and sequence = $2::smallint group by issuer_id, line, currency`

async function refuseUnbalanced(tx: Transaction, run: RunKey): Promise<void> {
  const wrong = await tx.query<{ currency: string }>(
    `select currency from settlement.position_line where business_date = $1 and sequence = $2
      group by currency having sum(credit_minor) <> sum(debit_minor)`,
    [run.businessDate, run.sequence],
  )
  if (wrong.length > 0)
    throw new Fault('SETTLEMENT_NOT_BALANCED', `the positions of ${run.businessDate} do not sum to zero`, {
      details: { ...run, currency: wrong[0]!.currency },
    })
}
