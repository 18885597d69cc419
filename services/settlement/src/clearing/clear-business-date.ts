// Clears a business day: worker after worker takes the shard that is furthest behind, clears a slice of it beside the ledger, and
// commits. So a killed run loses one slice at most and any other start goes on with the rest; several processes that start at
// once share the work. All shards move through the day together: rows lie in the order of time, so each part of the tables is
// read once. Payments go on meanwhile: nothing here waits for them or makes them wait.

import { Fault } from '@shua/assert'
import type { Database, Transaction } from '@shua/postgres'
import { isBusinessDate, paymentIdsOfBusinessDate, shardCount, type ClearingSource } from '@shua/scheme'
import { readClearedDay, type ClearedDay } from './read-cleared-day.ts'
import { closeRun, openRun, type RunKey } from './run.ts'
import { sliceStatement } from './slice-statement.ts'

export interface ClearingContext {
  readonly database: Database
  readonly source: ClearingSource<Transaction>
  readonly now: () => Date
}

export interface ClearingProgress extends RunKey {
  readonly shard: number
  /** What this slice found. */
  readonly items: number
  readonly cases: number
  /** Shards that are done with. */
  readonly shardsDone: number
}

export interface ClearingOptions {
  /** Slices at the same time, each on a connection of its own. Default 2. */
  readonly workers?: number
  /** Payments in a slice at most, which bounds its time and memory. */
  readonly slicePaymentsMax?: number
  /** Told after each commit; a fault in it stops this start, and the next one goes on. */
  readonly onProgress?: (progress: ClearingProgress) => void
}

const slicePaymentsMaxDefault = 2_000

/** The day as it stands afterwards. Throws `SETTLEMENT_DATE` for what is no date. */
export async function clearBusinessDate(
  context: ClearingContext,
  businessDate: string,
  options: ClearingOptions = {},
): Promise<ClearedDay> {
  if (!isBusinessDate(businessDate))
    throw new Fault('SETTLEMENT_DATE', 'a business date has the form YYYY-MM-DD', { path: 'businessDate' })
  const { database, source, now } = context
  const run = await openRun(database, businessDate, { source, at: now() })
  const work = { ...context, run, options }
  const workers = Array.from({ length: options.workers ?? 2 }, () => workUntilDone(work))
  // All have ended before a fault is passed on, so nothing works on behind the caller's back.
  const ends = await Promise.allSettled(workers)
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  await closeRun(database, run, now())
  return await readClearedDay(database, businessDate)
}

interface Work extends ClearingContext {
  readonly run: RunKey
  readonly options: ClearingOptions
}

async function workUntilDone(work: Work): Promise<void> {
  for (;;) {
    const step = await work.database.inTransaction((tx) => takeSlice(tx, work))
    if (step === 'done') return
    if (step !== 'again') work.options.onProgress?.(step)
  }
}

interface Claim {
  shard: number
  after: string
}

async function takeSlice(tx: Transaction, work: Work): Promise<ClearingProgress | 'again' | 'done'> {
  // A shard that another worker has is waited for only when no other is left: it may be given up, and must then be done here.
  const claim = (await claimShard(tx, work.run, 'skip locked')) ?? (await claimShard(tx, work.run, ''))
  if (claim === undefined) return (await openShards(tx, work.run)) === 0 ? 'done' : 'again'
  const found = await clearSlice(tx, work, claim)
  return { ...work.run, shard: claim.shard, ...found, shardsDone: shardCount - (await openShards(tx, work.run)) }
}

async function clearSlice(
  tx: Transaction,
  work: Work,
  { shard, after }: Claim,
): Promise<{ items: number; cases: number }> {
  const { run, source, options, now } = work
  const { businessDate, sequence } = run
  const day = paymentIdsOfBusinessDate(businessDate)
  const paymentsMax = options.slicePaymentsMax ?? slicePaymentsMaxDefault
  const [end] = await tx.query<{ payment_id: string }>(source.sliceEnd, [shard, after, day.upTo, paymentsMax])
  const upTo = end?.payment_id ?? day.upTo
  // Without a name: a plan made once for any range would be made for a range of half a table.
  const [found] = await tx.query<{ items: number; cases: number }>(sliceStatement(source), [
    shard,
    businessDate,
    after,
    upTo,
    sequence,
    now(),
  ])
  const { items, cases } = found!
  await tx.query(
    `update settlement.run_shard set state = $4, after = $5, items = items + $6
      where business_date = $1 and sequence = $2 and shard = $3`,
    [businessDate, sequence, shard, end === undefined ? 'done' : 'open', upTo, items],
  )
  return { items, cases }
}

/** The one that is furthest behind. */
async function claimShard(tx: Transaction, run: RunKey, locked: 'skip locked' | ''): Promise<Claim | undefined> {
  const rows = await tx.query<Claim>(
    `select shard, after from settlement.run_shard
      where business_date = $1 and sequence = $2 and state = 'open' order by after, shard limit 1 for update ${locked}`,
    [run.businessDate, run.sequence],
  )
  return rows[0]
}

async function openShards(tx: Transaction, run: RunKey): Promise<number> {
  const rows = await tx.query<{ count: number }>(
    `select count(*)::int as count from settlement.run_shard where business_date = $1 and sequence = $2 and state = 'open'`,
    [run.businessDate, run.sequence],
  )
  return rows[0]!.count
}
