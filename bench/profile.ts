// Where the time of a purchase goes: processor time of the server, of PostgreSQL and of the load generator for each purchase, the
// server's own by package and function, PostgreSQL's by statement, and what its connections waited for. Says what to look at
// next; it is no measure, because sampling costs a little. Only run when it is asked for.

import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase, type Database } from '@shua/postgres'
import { summariseProfile, type ProfileShare } from './cpu-profile.ts'
import { startDurablePostgres, type DurablePostgres } from './durable-postgres.ts'
import type { BenchResult } from './measure.ts'
import { postgresCpuSeconds } from './process-usage.ts'
import { startLoadProcess, startNetworkProcess, type NetworkProcess } from './processes.ts'

export interface ProfileOptions {
  /** Purchases begun per second; as many as it takes when left out. */
  readonly rate: number | undefined
}

const terminals = 256
const cards = 100_000
const warmUpMs = 12_000
const windowMs = 20_000
const waitSampleMs = 50
const listed = 16

interface Window {
  readonly purchases: number
  readonly seconds: number
  readonly serverSeconds: number
  readonly postgresSeconds: number | undefined
  readonly waits: ReadonlyMap<string, number>
  readonly statements: readonly Statement[] | undefined
}

interface Statement {
  readonly text: string
  readonly calls: bigint
  readonly totalMs: number
  readonly rows: bigint
  readonly walBytes: number
}

export async function benchProfile({ rate }: ProfileOptions): Promise<BenchResult[]> {
  const postgres = await startDurablePostgres({ shared_preload_libraries: 'pg_stat_statements' })
  try {
    const url = await postgres.createDatabase('network')
    const network = await startNetworkProcess({ url, terminals, cards })
    const database = openDatabase({ url, connectionsMax: 2, applicationName: 'shua-bench-profile' })
    const seconds = Math.ceil((warmUpMs + windowMs) / 1000) + 4
    const load = startLoadProcess({
      port: network.port,
      terminals,
      cards,
      seconds,
      'warm-up': 0,
      ...(rate === undefined ? {} : { rate }),
    })
    await pause(warmUpMs)
    const file = join(tmpdir(), `shua-server-${process.pid}.cpuprofile`)
    const window = await lookThroughWindow({ postgres, network, database, file })
    const run = await load.ended
    await database.close()
    await network.stop()
    // Its rate is over all of its run, so its share of a processor over that rate is what one answer cost it.
    return tell(window, { file, generatorUs: (run.generatorLoad / run.rate) * 1e6 })
  } finally {
    await postgres.stop()
  }
}

async function lookThroughWindow(parts: {
  postgres: DurablePostgres
  network: NetworkProcess
  database: Database
  file: string
}): Promise<Window> {
  const { postgres, network, database, file } = parts
  const hasStatements = await resetStatements(database)
  const finishProfile = await network.profile(file)
  const before = await countPayments(database)
  const [serverBefore, postgresBefore] = [await network.usage(), postgresCpuSeconds(postgres.pid)]
  const startMs = performance.now()
  const waits = await sampleWaits(database, startMs + windowMs)
  const seconds = (performance.now() - startMs) / 1000
  const [serverAfter, postgresAfter] = [await network.usage(), postgresCpuSeconds(postgres.pid)]
  const purchases = (await countPayments(database)) - before
  await finishProfile()
  return {
    purchases,
    seconds,
    waits,
    serverSeconds: serverAfter.cpuSeconds - serverBefore.cpuSeconds,
    postgresSeconds:
      postgresAfter === undefined || postgresBefore === undefined ? undefined : postgresAfter - postgresBefore,
    statements: hasStatements ? await readStatements(database) : undefined,
  }
}

async function resetStatements(database: Database): Promise<boolean> {
  try {
    await database.query('create extension if not exists pg_stat_statements')
    await database.query('select pg_stat_statements_reset()')
    return true
  } catch {
    return false
  }
}

async function readStatements(database: Database): Promise<Statement[]> {
  return database.query<Statement>(
    `select query as text, calls, total_exec_time as "totalMs", rows, wal_bytes::float8 as "walBytes" from pg_stat_statements
      where dbid = (select oid from pg_database where datname = current_database()) and query !~ 'pg_stat_|acquirer.payment$'
      order by total_exec_time desc limit ${listed}`,
  )
}

async function countPayments(database: Database): Promise<number> {
  const [row] = await database.query<{ count: bigint }>('select count(*) from acquirer.payment')
  return Number(row!.count)
}

/** How many connections were seen at what, summed over all looks. */
async function sampleWaits(database: Database, endMs: number): Promise<Map<string, number>> {
  const seen = new Map<string, number>()
  while (performance.now() < endMs) {
    const rows = await database.query<{ what: string; count: bigint }>(
      `select case when state like 'idle in transaction%' then 'waits for the server process between statements'
                   else coalesce(wait_event_type || ' ' || wait_event, 'at work') end as what, count(*)
         from pg_stat_activity where application_name = 'shua-bench' and datname = current_database() and state <> 'idle'
        group by 1`,
    )
    for (const { what, count } of rows) seen.set(what, (seen.get(what) ?? 0) + Number(count))
    await pause(waitSampleMs)
  }
  return seen
}

function tell(window: Window, other: { file: string; generatorUs: number }): BenchResult[] {
  const { purchases, seconds, serverSeconds, postgresSeconds, waits, statements } = window
  const perPurchase = (total: number): number => (total / purchases) * 1e6
  const profile = summariseProfile(other.file)
  const share = (part: number, whole: number): string => `${((part / whole) * 100).toFixed(1).padStart(5)} %`
  console.log(`profile: ${purchases} purchases in ${seconds.toFixed(1)} s, ${(purchases / seconds).toFixed(0)}/s`)
  console.log(
    `server processor by package (self time; garbage collection ${share(profile.garbageUs, profile.busyUs).trim()})`,
  )
  const list = (shares: readonly ProfileShare[]): void => {
    for (const { name, selfUs } of shares.slice(0, listed)) {
      const us = ((selfUs / profile.busyUs) * perPurchase(serverSeconds)).toFixed(1)
      console.log(`  ${share(selfUs, profile.busyUs)}  ${us.padStart(6)} µs  ${name}`)
    }
  }
  list(profile.packages)
  console.log('server processor by function (self time)')
  list(profile.functions)
  console.log(`  the samples are in ${other.file}`)
  tellStatements(statements, purchases)
  const looks = [...waits.values()].reduce((a, b) => a + b, 0)
  console.log('what the connections of the server were at')
  for (const [what, count] of [...waits].toSorted((a, b) => b[1] - a[1]))
    console.log(`  ${share(count, looks)}  ${what}`)
  console.log('')
  const result = (name: string, median: number): BenchResult => {
    return { name, unit: 'µs/purchase', median, min: median, max: median, runs: 1 }
  }
  return [
    result('profile.server', perPurchase(serverSeconds)),
    ...(postgresSeconds === undefined ? [] : [result('profile.postgres', perPurchase(postgresSeconds))]),
    result('profile.generator', other.generatorUs),
  ]
}

function tellStatements(statements: readonly Statement[] | undefined, purchases: number): void {
  if (statements === undefined) {
    console.log('statements: not told, this PostgreSQL has no pg_stat_statements')
    return
  }
  console.log('statements by time in PostgreSQL, waiting included')
  console.log('  µs/purchase     calls  rows/call  ms/call  WAL B/purchase  statement')
  for (const { text, calls, totalMs, rows, walBytes } of statements) {
    const cells = [
      ((totalMs * 1000) / purchases).toFixed(1).padStart(11),
      String(calls).padStart(8),
      (Number(rows) / Number(calls)).toFixed(1).padStart(9),
      (totalMs / Number(calls)).toFixed(2).padStart(7),
      (walBytes / purchases).toFixed(0).padStart(14),
      text.replaceAll(/\s+/g, ' ').slice(0, 90),
    ]
    console.log(`  ${cells.join('  ')}`)
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
