// Brings the schemas of a database up to date. Called at every start of a process that owns tables, so any number of
// processes may call it at once: an advisory lock lets one work while the others wait and then find nothing to do.
// What was applied is remembered with its checksum; a migration that changed afterwards is refused, never run again.

import { createHash } from 'node:crypto'
import { assert, Fault } from '@shua/assert'
import { escapeIdentifier } from 'pg'
import type { Migration, MigrationSet } from './load-migrations.ts'
import type { Database, Transaction } from './queryable.ts'

interface AppliedMigration {
  version: number
  name: string
  checksum: Buffer
}

/** The key of the advisory lock, the same in every process: 'shua' and 'migr' as ASCII. */
const advisoryLock = 0x73687561_6d696772n

const ledgerTable = `
  create schema if not exists shua;
  create table if not exists shua.migration (
    schema text not null,
    version integer not null,
    name text not null,
    checksum bytea not null,
    applied_at timestamptz not null default now(),
    primary key (schema, version)
  )`

/** One transaction per set: a set is applied as a whole or not at all. */
export async function migrate(database: Database, sets: readonly MigrationSet[]): Promise<void> {
  for (const set of sets) {
    assertOrder(set)
    // Building an index may take long, and so may waiting for another process that migrates.
    await database.inTransaction(async (tx) => await applySet(tx, set), { statementTimeoutMs: 0 })
  }
}

/** Line ends don't count: a checkout may have turned them into CR LF. */
export function migrationChecksum(sql: string): Buffer {
  return createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest()
}

async function applySet(tx: Transaction, set: MigrationSet): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [advisoryLock])
  await tx.query(ledgerTable)
  const applied = await tx.query<AppliedMigration>(
    'select version, name, checksum from shua.migration where schema = $1 order by version',
    [set.schema],
  )
  const pending = pendingMigrations(set, applied)
  if (pending.length > 0) await tx.query(`create schema if not exists ${escapeIdentifier(set.schema)}`)
  for (const migration of pending) await applyMigration(tx, set.schema, migration)
}

async function applyMigration(tx: Transaction, schema: string, migration: Migration): Promise<void> {
  const transactionId = 'select pg_current_xact_id()::text as id'
  const [before] = await tx.query<{ id: string }>(transactionId)
  try {
    await tx.query(migration.sql)
  } catch (error) {
    throw failedFault(schema, migration, error)
  }
  const [after] = await tx.query<{ id: string }>(transactionId)
  // A file that commits by itself would leave half a set behind when a later one fails.
  if (before?.id !== after?.id)
    throw new Fault('DATABASE_MIGRATION_FILE', `${label(schema, migration)} ends the transaction`)
  await tx.query('insert into shua.migration (schema, version, name, checksum) values ($1, $2, $3, $4)', [
    schema,
    migration.version,
    migration.name,
    migrationChecksum(migration.sql),
  ])
}

function pendingMigrations(set: MigrationSet, applied: readonly AppliedMigration[]): readonly Migration[] {
  const known = new Map(set.migrations.map((migration) => [migration.version, migration]))
  for (const { version, name, checksum } of applied) {
    const migration = known.get(version)
    const details = { schema: set.schema, version, name }
    if (migration === undefined) {
      const message = `the database has migration ${version} (${name}) of ${set.schema}, which this program does not know`
      throw new Fault('DATABASE_MIGRATION_UNKNOWN', message, { details })
    }
    if (!migrationChecksum(migration.sql).equals(checksum)) {
      const message = `${label(set.schema, migration)} changed after it was applied; write a new migration instead`
      throw new Fault('DATABASE_MIGRATION_CHANGED', message, { details })
    }
  }
  const versionMax = applied.at(-1)?.version ?? 0
  const done = new Set(applied.map((migration) => migration.version))
  const pending = set.migrations.filter((migration) => !done.has(migration.version))
  const late = pending.find((migration) => migration.version < versionMax)
  if (late !== undefined) {
    const details = { schema: set.schema, version: late.version, versionMax }
    const message = `${label(set.schema, late)} comes before migration ${versionMax}, which is already applied`
    throw new Fault('DATABASE_MIGRATION_ORDER', message, { details })
  }
  return pending
}

function assertOrder(set: MigrationSet): void {
  let previous = 0
  for (const { version } of set.migrations) {
    assert(version > previous, `migrations of ${set.schema} ascend from 1`)
    previous = version
  }
}

function failedFault(schema: string, migration: Migration, error: unknown): unknown {
  if (!(error instanceof Fault)) return error
  const position = error.details['position']
  const line = typeof position === 'number' ? migration.sql.slice(0, position).split('\n').length : undefined
  const where = line === undefined ? '' : ` at line ${line}`
  const details = { ...error.details, schema, version: migration.version, ...(line === undefined ? {} : { line }) }
  return new Fault(error.code, `${label(schema, migration)} failed${where}: ${error.message}`, {
    details,
    cause: error,
  })
}

function label(schema: string, migration: Migration): string {
  return `migration ${schema}/${String(migration.version).padStart(4, '0')}-${migration.name}`
}
