// How many purchases a second the whole chain authorizes, end to end: terminals in a process of their own swipe and key a PIN
// over TCP, MACs both ways, durable commits, journal, authorization and ledger. The baseline is pgbench's TPC-B on the same
// PostgreSQL in the same run: one update, three balances and a history row, without network, cryptography or rules.

import { checkMoneyRules } from '@shua/issuer'
import { openDatabase } from '@shua/postgres'
import { startDurablePostgres } from './durable-postgres.ts'
import { medianOf, resultOf, type BenchResult } from './measure.ts'
import { findPgbench, Pgbench, runLoadProcess, startNetworkProcess } from './processes.ts'

const terminals = 256
const cards = 100_000
const runs = 3
const runSeconds = 15
const baselineScale = 20

export async function benchAuthorize(): Promise<BenchResult[]> {
  const postgres = await startDurablePostgres()
  try {
    const url = await postgres.createDatabase('network')
    const network = await startNetworkProcess({ url, terminals, cards })
    const pgbench = await openBaseline(await postgres.createDatabase('baseline'))
    const load = { port: network.port, cards, 'warm-up': 5, seconds: runSeconds }
    const rates: number[] = []
    const baseline: number[] = []
    // The first run is thrown away: it fills the compiler's and the database's caches.
    await runLoadProcess({ ...load, terminals })
    for (let run = 0; run < runs; run++) {
      if (pgbench) baseline.push(await pgbench.rate(runSeconds))
      rates.push((await runLoadProcess({ ...load, terminals })).rate)
    }
    const half = Math.max(1, Math.round(medianOf(rates) / 2))
    const halves = await repeat(runs, () => runLoadProcess({ ...load, terminals, rate: half }))
    const idles = await repeat(runs, () => runLoadProcess({ ...load, terminals: 1 }))
    await network.stop()
    await refuseWrongBooks(url)
    return [
      resultOf('authorize.rate', 'purchases/s', { values: rates, ...(pgbench ? { baseline } : {}) }),
      resultOf('authorize.p99_half', 'ms', { values: halves.map(({ latency }) => latency.p99Ms) }),
      resultOf('authorize.p50_idle', 'ms', { values: idles.map(({ latency }) => latency.p50Ms) }),
    ]
  } finally {
    await postgres.stop()
  }
}

async function openBaseline(url: string): Promise<Pgbench | undefined> {
  const file = findPgbench()
  if (file === undefined) {
    console.log('authorize: the baseline is not measured, pgbench is not installed (Debian: postgresql-contrib)\n')
    return undefined
  }
  const pgbench = new Pgbench(file, url)
  await pgbench.initialise(baselineScale)
  return pgbench
}

/** A fast chain that loses money has no speed. */
async function refuseWrongBooks(url: string): Promise<void> {
  const database = openDatabase({ url, connectionsMax: 1, applicationName: 'shua-bench' })
  try {
    const violations = await checkMoneyRules(database)
    if (violations.length > 0)
      throw new Error(`the books are wrong after the benchmark: ${JSON.stringify(violations.slice(0, 5))}`)
  } finally {
    await database.close()
  }
}

async function repeat<T>(count: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let run = 0; run < count; run++) results.push(await work())
  return results
}
