import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Fault } from '@shua/assert'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Database, type EmbeddedPostgres, openDatabase, startTemporaryPostgres } from './index.ts'
import { loadMigrations, migrate, type MigrationSet } from './index.ts'

let server: EmbeddedPostgres
let database: Database

beforeAll(async () => {
  server = await startTemporaryPostgres()
})

afterAll(async () => {
  await server.stop()
})

beforeEach(async () => {
  database = openDatabase({ url: server.url, connectionsMax: 2, applicationName: 'test', statementTimeoutMs: 500 })
  await database.query('drop schema if exists shua cascade; drop schema if exists bank cascade')
})

afterEach(async () => {
  await database.close()
})

const createAccount = { version: 1, name: 'create-account', sql: 'create table bank.account (id int);\n' }
const addBalance = { version: 2, name: 'add-balance', sql: 'alter table bank.account add balance bigint' }

function bank(...migrations: MigrationSet['migrations']): MigrationSet {
  return { schema: 'bank', migrations }
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error: unknown = await work.then(
    () => undefined,
    (rejected: unknown) => rejected,
  )
  expect(error).toBeInstanceOf(Fault)
  return error as Fault
}

async function applied(): Promise<string[]> {
  const rows = await database.query<{ label: string }>(
    `select schema || '/' || version || '-' || name as label from shua.migration order by schema, version`,
  )
  return rows.map((row) => row.label)
}

async function columns(): Promise<string[]> {
  const rows = await database.query<{ name: string }>(
    `select column_name as name from information_schema.columns where table_schema = 'bank' order by ordinal_position`,
  )
  return rows.map((row) => row.name)
}

describe('migrate', () => {
  test('creates schema and tables in a fresh database and remembers what it did', async () => {
    await migrate(database, [bank(createAccount, addBalance)])
    expect(await columns()).toEqual(['id', 'balance'])
    expect(await applied()).toEqual(['bank/1-create-account', 'bank/2-add-balance'])
  })

  test('does nothing the second time', async () => {
    await migrate(database, [bank(createAccount)])
    const before = await database.query('select * from shua.migration')
    await migrate(database, [bank(createAccount)])
    expect(await database.query('select * from shua.migration')).toEqual(before)
  })

  test('applies what was added since', async () => {
    await migrate(database, [bank(createAccount)])
    await migrate(database, [bank(createAccount, addBalance)])
    expect(await columns()).toEqual(['id', 'balance'])
  })

  test('keeps the sets of several schemas apart', async () => {
    const other = { schema: 'other', migrations: [{ version: 1, name: 'create', sql: 'create table other.t ()' }] }
    await migrate(database, [bank(createAccount), other])
    await database.query('drop schema other cascade')
    expect(await applied()).toEqual(['bank/1-create-account', 'other/1-create'])
  })

  test('refuses a migration that changed after it was applied', async () => {
    await migrate(database, [bank(createAccount)])
    const fault = await faultOf(migrate(database, [bank({ ...createAccount, sql: 'create table bank.card ()' })]))
    expect(fault.code).toBe('DATABASE_MIGRATION_CHANGED')
    expect(fault.message).toContain('bank/0001-create-account')
  })

  test('takes other line ends for the same migration', async () => {
    await migrate(database, [bank(createAccount)])
    await migrate(database, [bank({ ...createAccount, sql: createAccount.sql.replaceAll('\n', '\r\n') })])
    expect(await applied()).toEqual(['bank/1-create-account'])
  })

  test('refuses a database that is newer than the program', async () => {
    await migrate(database, [bank(createAccount, addBalance)])
    expect((await faultOf(migrate(database, [bank(createAccount)]))).code).toBe('DATABASE_MIGRATION_UNKNOWN')
  })

  test('refuses a migration slipped in before one that is applied', async () => {
    await migrate(database, [bank(addLater(1), addLater(3))])
    const fault = await faultOf(migrate(database, [bank(addLater(1), addLater(2), addLater(3))]))
    expect(fault.code).toBe('DATABASE_MIGRATION_ORDER')
  })

  test('a failing migration leaves nothing of its set and says which line failed', async () => {
    const wrong = {
      version: 2,
      name: 'wrong',
      sql: 'create table bank.card (id int);\n\nalter table bank.nothing add x int',
    }
    const fault = await faultOf(migrate(database, [bank(createAccount, wrong)]))
    expect(fault.code).toBe('DATABASE_STATEMENT')
    expect(fault.message).toContain('migration bank/0002-wrong failed')
    expect(fault.message).toContain('relation "bank.nothing" does not exist')
    expect(await database.query(`select from pg_namespace where nspname in ('bank', 'shua')`)).toEqual([])
  })

  test('names the line of a syntax error', async () => {
    const wrong = { version: 1, name: 'wrong', sql: 'create table bank.card (id int);\n\nalter tabel x' }
    const fault = await faultOf(migrate(database, [bank(wrong)]))
    expect(fault.message).toContain('at line 3')
    expect(fault.details).toMatchObject({ schema: 'bank', version: 1, line: 3, sqlState: '42601' })
  })

  test('refuses a migration that commits by itself', async () => {
    const sly = { version: 1, name: 'sly', sql: 'create table bank.card (id int); commit; begin' }
    expect((await faultOf(migrate(database, [bank(sly)]))).code).toBe('DATABASE_MIGRATION_FILE')
  })

  test('is not subject to the statement time-out of the database', async () => {
    await migrate(database, [bank({ version: 1, name: 'slow', sql: 'select pg_sleep(0.7)' })])
    expect(await applied()).toEqual(['bank/1-slow'])
  })

  test('four processes that migrate at once apply everything once', async () => {
    const slowly = { ...createAccount, sql: `select pg_sleep(0.1); ${createAccount.sql}` }
    const open = (): Database => openDatabase({ url: server.url, connectionsMax: 1, applicationName: 'test' })
    const migrators = Array.from({ length: 4 }, open)
    await Promise.all(migrators.map(async (one) => await migrate(one, [bank(slowly, addBalance)])))
    await Promise.all(migrators.map(async (one) => await one.close()))
    expect(await applied()).toEqual(['bank/1-create-account', 'bank/2-add-balance'])
  })

  test('refuses versions that do not ascend as a bug', async () => {
    await expect(migrate(database, [bank(addBalance, createAccount)])).rejects.toThrow('assertion failed')
  })
})

describe('loadMigrations', () => {
  let directory: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'shua migrations '))
  })

  afterEach(async () => {
    await rm(directory, { recursive: true })
  })

  async function put(...files: string[]): Promise<void> {
    for (const file of files) await writeFile(join(directory, file), `-- ${file}`)
  }

  test('reads the files in order and leaves other kinds of files alone', async () => {
    await put('0010-add-balance.sql', '0002-create-account.sql', 'README.md')
    const set = await loadMigrations('bank', pathToFileURL(directory))
    expect(set).toEqual({
      schema: 'bank',
      migrations: [
        { version: 2, name: 'create-account', sql: '-- 0002-create-account.sql' },
        { version: 10, name: 'add-balance', sql: '-- 0010-add-balance.sql' },
      ],
    })
    expect(await loadMigrations('bank', pathToFileURL(`${directory}/`))).toEqual(set)
  })

  test.each([[['1-short.sql']], [['0001_underscore.sql']], [['0001-Upper.sql']], [['0001-one.sql', '0001-two.sql']]])(
    'refuses %s',
    async (files) => {
      await put(...files)
      const fault = await faultOf(loadMigrations('bank', pathToFileURL(directory)))
      expect(fault.code).toBe('DATABASE_MIGRATION_FILE')
    },
  )
})

function addLater(version: number): MigrationSet['migrations'][number] {
  return { version, name: `step-${version}`, sql: `create table bank.step_${version} ()` }
}
