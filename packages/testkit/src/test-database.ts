// A database of its own for each test file: cloned from a template that has the migrations applied, which takes tens of
// milliseconds where migrating takes long. The template is made once per run and set of migrations, by whichever
// worker comes first; an advisory lock makes the others wait for it.

import { createHash, randomBytes } from 'node:crypto'
import {
  type Database,
  migrate,
  migrationChecksum,
  type MigrationSet,
  openDatabase,
  startTemporaryPostgres,
} from '@shua/postgres'
import { askDatabaseBroker, brokerVariable } from './database-broker.ts'

/** Names the run, so that runs on one server don't meet. */
export const runVariable = 'SHUA_TEST_RUN'

export interface TestDatabase {
  readonly database: Database
  readonly url: string
  /** Closes the connections made here and removes the database, even while others are connected to it. */
  drop(): Promise<void>
}

export interface TestDatabaseOptions {
  readonly connectionsMax?: number
  readonly statementTimeoutMs?: number
}

export async function createTestDatabase(
  migrationSets: readonly MigrationSet[],
  options: TestDatabaseOptions = {},
): Promise<TestDatabase> {
  const serverUrl = await testServerUrl()
  const run = process.env[runVariable] ?? String(process.pid)
  const name = `shua_${run}_test_${randomBytes(5).toString('hex')}`
  await withServer(serverUrl, async (server) => {
    const template = await prepareTemplate(server, { serverUrl, run }, migrationSets)
    await server.query(`create database ${name} template ${template}`)
  })
  const url = databaseUrl(serverUrl, name)
  const database = openDatabase({
    url,
    connectionsMax: options.connectionsMax ?? 8,
    applicationName: 'shua-test',
    statementTimeoutMs: options.statementTimeoutMs ?? 30_000,
  })
  const drop = async (): Promise<void> => {
    await database.close()
    await withServer(serverUrl, async (server) => await server.query(`drop database if exists ${name} with (force)`))
  }
  return { database, url, drop }
}

/** Removes what a run left on a server that outlives it. */
export async function dropDatabasesOf(serverUrl: string, run: string): Promise<void> {
  await withServer(serverUrl, async (server) => {
    const found = await server.query<{ name: string }>(
      'select datname as name from pg_database where starts_with(datname, $1)',
      [`shua_${run}_`],
    )
    for (const { name } of found) {
      await server.query(`alter database ${name} is_template false`)
      await server.query(`drop database ${name} with (force)`)
    }
  })
}

interface Run {
  readonly serverUrl: string
  readonly run: string
}

async function prepareTemplate(server: Database, run: Run, sets: readonly MigrationSet[]): Promise<string> {
  const checksum = checksumOf(sets)
  const template = `shua_${run.run}_template_${checksum.toString('hex', 0, 8)}`
  // The lock's transaction stays open while another connection works: a database can't be created inside one.
  await server.inTransaction(async (lock) => {
    await lock.query('select pg_advisory_xact_lock($1)', [checksum.readBigInt64BE()])
    const found = await lock.query('select from pg_database where datname = $1', [template])
    if (found.length > 0) return
    const unfinished = `${template}_unfinished`
    await server.query(`drop database if exists ${unfinished}`)
    await server.query(`create database ${unfinished}`)
    const url = databaseUrl(run.serverUrl, unfinished)
    const database = openDatabase({ url, connectionsMax: 1, applicationName: 'shua-template' })
    try {
      await migrate(database, sets)
    } finally {
      await database.close()
    }
    await server.query(`alter database ${unfinished} rename to ${template}`)
    // A database somebody is connected to can't be cloned.
    await server.query(`alter database ${template} allow_connections false is_template true`)
  })
  return template
}

function checksumOf(sets: readonly MigrationSet[]): Buffer {
  const hash = createHash('sha256')
  for (const { schema, migrations } of sets) {
    for (const { version, sql } of migrations) hash.update(`${schema}/${version}/`).update(migrationChecksum(sql))
  }
  return hash.digest()
}

async function withServer<T>(serverUrl: string, work: (server: Database) => Promise<T>): Promise<T> {
  const server = openDatabase({ url: serverUrl, connectionsMax: 2, applicationName: 'shua-testkit' })
  try {
    return await work(server)
  } finally {
    await server.close()
  }
}

let ownServerUrl: Promise<string> | undefined

async function testServerUrl(): Promise<string> {
  const given = process.env['TEST_DATABASE_URL']
  if (given !== undefined) return given
  const broker = process.env[brokerVariable]
  if (broker !== undefined) return await askDatabaseBroker(broker)
  // Without the global set-up (a script, a benchmark) this process has a server of its own, which ends with it.
  ownServerUrl ??= startTemporaryPostgres().then((server) => server.url)
  return await ownServerUrl
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}
