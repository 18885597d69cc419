// What only the database knows, asked at most once per interval whoever scrapes: connections in use, terminals signed on,
// reversals and cases that are open. A database that is slow or away costs a scrape its limit and no more.

import type { Database, Queryable } from '@shua/postgres'

export interface DatabaseSample {
  readonly connections: readonly { readonly state: string; readonly count: number }[]
  readonly terminalsActive: number
  readonly terminalsSignedOn: number
  readonly reversalsPending: number
  readonly casesOpen: number
}

export interface SampleOptions {
  readonly database: Database
  /** How old a sample may be before a scrape asks again. */
  readonly keptMs: number
  /** How long a scrape waits for a new one. */
  readonly limitMs: number
}

const statementTimeoutMs = 2_000

/** Answers the sample, or undefined when the database did not give one in time. */
export function createDatabaseSampler(options: SampleOptions): () => Promise<DatabaseSample | undefined> {
  let last: { readonly sample: DatabaseSample | undefined; readonly atMs: number } | undefined
  let asking: Promise<DatabaseSample | undefined> | undefined

  async function ask(): Promise<DatabaseSample | undefined> {
    const sample = await options.database
      .inTransaction(readSample, { readOnly: true, statementTimeoutMs })
      .catch(() => undefined)
    last = { sample, atMs: performance.now() }
    asking = undefined
    return sample
  }

  return async () => {
    if (last !== undefined && performance.now() - last.atMs < options.keptMs) return last.sample
    asking ??= ask()
    return within(asking, options.limitMs)
  }
}

/** The promise's value, or undefined when it takes longer. */
export async function within<T>(work: Promise<T>, limitMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

async function readSample(database: Queryable): Promise<DatabaseSample> {
  const connections = await database.query<{ state: string; count: number }>(
    `select coalesce(state, 'other') as state, count(*)::int4 as count from pg_stat_activity
      where datname = current_database() and application_name = current_setting('application_name')
      group by 1`,
    [],
    'metrics.connections',
  )
  const [counts] = await database.query<Omit<DatabaseSample, 'connections'>>(
    `select (select count(*)::int4 from acquirer.terminal where state = 'active') as "terminalsActive",
            (select count(*)::int4 from acquirer.terminal where state = 'active' and signed_on) as "terminalsSignedOn",
            (select count(*)::int4 from acquirer.reversal where outcome = 'searching') as "reversalsPending",
            (select count(*)::int4 from acquirer.settlement_case where state = 'open') as "casesOpen"`,
    [],
    'metrics.counts',
  )
  return { connections, ...counts! }
}
