// Carries out the plan of a distribution on a Citus cluster, in one database transaction: all of it, or nothing.

import { Fault } from '@shua/assert'
import type { Database, Queryable } from '@shua/postgres'
import { planDistribution, type DistributionPlan } from './distribution-plan.ts'
import { readCatalog } from './read-catalog.ts'

export type DistributeOutcome =
  /** The extension is not in this database; nothing was changed. */
  | { readonly outcome: 'noCitus'; readonly available: boolean }
  | { readonly outcome: 'done'; readonly plan: DistributionPlan }

/** The product's schemas: those of its migrations, and the one that remembers them. */
export async function readPlan(database: Queryable, schemas: readonly string[]): Promise<DistributionPlan> {
  const catalog = await readCatalog(database, [...schemas, 'shua'])
  if (catalog.tables.length === 0)
    throw new Fault('DISTRIBUTE_EMPTY', 'the database has no tables yet; start a server once, or leave out --plan')
  return planDistribution(catalog, await alreadyDone(database))
}

/** Answers `noCitus` before it changes anything. Faults: DISTRIBUTE_PLAN, DISTRIBUTE_WORKERS, those of the database. */
export async function distribute(
  database: Database,
  schemas: readonly string[],
  o: { readonly migrate: () => Promise<void>; readonly say: (line: string) => void },
): Promise<DistributeOutcome> {
  const citus = await citusOf(database)
  if (citus !== 'installed') return { outcome: 'noCitus', available: citus === 'available' }
  await checkWorkers(database)
  await o.migrate()
  const plan = await readPlan(database, schemas)
  if (plan.problems.length > 0)
    throw new Fault('DISTRIBUTE_PLAN', `the tables cannot be distributed: ${plan.problems.join('; ')}`)
  // Copying a large table takes as long as it takes.
  const options = { statementTimeoutMs: 0 }
  await database.inTransaction(async (tx) => {
    for (const { title, statements } of plan.steps) {
      if (statements.length > 0) o.say(title)
      for (const statement of statements) await tx.query(statement)
    }
  }, options)
  return { outcome: 'done', plan }
}

async function citusOf(database: Queryable): Promise<'installed' | 'available' | 'absent'> {
  const rows = await database.query<{ installed: boolean }>(
    `select installed_version is not null as installed from pg_available_extensions where name = 'citus'`,
  )
  if (rows[0] === undefined) return 'absent'
  return rows[0].installed ? 'installed' : 'available'
}

async function checkWorkers(database: Queryable): Promise<void> {
  const rows = await database.query(
    `select 1 from pg_dist_node where noderole = 'primary' and shouldhaveshards limit 1`,
  )
  if (rows.length > 0) return
  const message =
    'the cluster has no node that takes shards; add workers with citus_add_node, or let the coordinator take them'
  throw new Fault('DISTRIBUTE_WORKERS', message)
}

async function alreadyDone(database: Queryable): Promise<ReadonlySet<string>> {
  const known = await database.query(`select 1 from pg_class where relname = 'pg_dist_partition' and relkind = 'r'`)
  if (known.length === 0) return new Set()
  const rows = await database.query<{ name: string }>(
    `select s.nspname || '.' || t.relname as name from pg_dist_partition p join pg_class t on t.oid = p.logicalrelid
       join pg_namespace s on s.oid = t.relnamespace where p.partmethod = 'h' or p.repmodel = 't'`,
  )
  return new Set(rows.map((row) => row.name))
}
