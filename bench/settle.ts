// How long it takes to clear a day of a million card payments into net positions, on a quiet machine and while purchases go on
// at half the rate this machine can authorize, in the same database. A run that does not balance, or that finds a difference
// between journal and ledger, has no speed.

import { openDatabase, type Database } from '@shua/postgres'
import { createClearing } from '@shua/server'
import { netMinor, type ClearedDay } from '@shua/settlement'
import { prepareBusinessDay, type BusinessDay } from './business-day.ts'
import { refuseWrongBooks } from './check-books.ts'
import { startDurablePostgres } from './durable-postgres.ts'
import { resultOf, type BenchResult } from './measure.ts'
import { runLoadProcess, startNetworkProcess, type LoadRun } from './processes.ts'

const cards = 20_000
const terminals = 256
const runs = 3

export interface SettleBench {
  readonly payments: number
  readonly loadSeconds: number
  /** Beside purchases: one, because a second one would take the core that they live on. */
  readonly loadedWorkers: number
}

const day: SettleBench = { payments: 1_000_000, loadSeconds: 60, loadedWorkers: 1 }

export async function benchSettle({ payments, loadSeconds, loadedWorkers }: SettleBench = day): Promise<BenchResult[]> {
  const postgres = await startDurablePostgres()
  try {
    const url = await postgres.createDatabase('network')
    const network = await startNetworkProcess({ url, terminals, cards })
    const database = openDatabase({ url, connectionsMax: 3, applicationName: 'shua-bench' })
    const businessDate = yesterday()
    await prepareBusinessDay(database, { businessDate, payments })
    const quiet: number[] = []
    for (let run = 0; run < runs; run++) quiet.push(await clear(database, { businessDate, payments }, 2))
    const load = { port: network.port, cards, terminals }
    const { rate } = await runLoadProcess({ ...load, 'warm-up': 5, seconds: 15 })
    const half = Math.max(1, Math.round(rate / 2))
    const loaded = await clearUnderLoad(
      () => clear(database, { businessDate, payments }, loadedWorkers),
      () => runLoadProcess({ ...load, 'warm-up': 5, seconds: loadSeconds, rate: half }),
    )
    await database.close()
    await network.stop()
    await refuseWrongBooks(url)
    return [
      resultOf('settle.million', 's', { values: quiet }),
      resultOf('settle.million_loaded', 's', { values: loaded.seconds }),
      resultOf('settle.purchases_meanwhile', 'purchases/s', { values: [loaded.run.rate], baseline: [half] }),
      resultOf('settle.p99_meanwhile', 'ms', { values: [loaded.run.latency.p99Ms] }),
    ]
  } finally {
    await postgres.stop()
  }
}

/** Clears again and again until the load ends, so that every purchase of the run was made beside a clearing. */
async function clearUnderLoad(
  clearOnce: () => Promise<number>,
  startLoad: () => Promise<LoadRun>,
): Promise<{ seconds: number[]; run: LoadRun }> {
  let ended = false
  const loading = startLoad().finally(() => (ended = true))
  // A failure of the load is told when it is waited for; until then it must not end the process.
  loading.catch(() => undefined)
  const seconds: number[] = []
  try {
    do {
      const taken = await clearOnce()
      // What ended after the load was in part a quiet run.
      if (!ended || seconds.length === 0) seconds.push(taken)
    } while (!ended)
  } finally {
    await loading.catch(() => undefined)
  }
  return { seconds, run: await loading }
}

/** The seconds of one clearing of the whole day. What an earlier one left is taken away first, outside the time. */
async function clear(database: Database, { businessDate, payments }: BusinessDay, workers: number): Promise<number> {
  await database.query(
    'truncate settlement.run, settlement.run_shard, settlement.item, settlement.part, settlement.position_line',
  )
  const start = process.hrtime.bigint()
  const cleared = await createClearing(database, () => new Date()).clear(businessDate, { workers })
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  refuseWrongDay(cleared, payments)
  return seconds
}

function refuseWrongDay(cleared: ClearedDay, payments: number): void {
  const items = cleared.runs.reduce((sum, run) => sum + run.items, 0)
  const net = netMinor(cleared.lines)
  if (items !== payments || net !== 0n || cleared.caseCount !== 0)
    throw new Error(`the day is not cleared: ${items} items, net ${net}, ${cleared.caseCount} differences`)
}

function yesterday(): string {
  return new Date(Date.now() + 8 * 3_600_000 - 86_400_000).toISOString().slice(0, 10)
}
