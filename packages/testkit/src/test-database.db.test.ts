import { openDatabase, type MigrationSet } from '@shua/postgres'
import { expect, test } from 'vitest'
import { askDatabaseBroker, startDatabaseBroker } from './database-broker.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'

const bank: MigrationSet = {
  schema: 'bank',
  migrations: [{ version: 1, name: 'create-account', sql: 'create table bank.account (id int primary key)' }],
}

async function count(one: TestDatabase): Promise<bigint> {
  const [row] = await one.database.query<{ n: bigint }>('select count(*) as n from bank.account')
  return row?.n ?? -1n
}

async function templates(one: TestDatabase): Promise<string[]> {
  const rows = await one.database.query<{ name: string }>(
    `select datname as name from pg_database where datistemplate and datname like '%\\_template\\_%'`,
  )
  return rows.map((row) => row.name)
}

test('gives each caller a migrated database of its own', async () => {
  const [one, other] = await Promise.all([createTestDatabase([bank]), createTestDatabase([bank])])
  await one.database.query('insert into bank.account values (1)')
  expect(await count(one)).toBe(1n)
  expect(await count(other)).toBe(0n)
  expect(one.url).not.toBe(other.url)
  await Promise.all([one.drop(), other.drop()])
})

test('makes one template per set of migrations, however many ask at once', async () => {
  const first = await createTestDatabase([bank])
  const before = await templates(first)
  const card: MigrationSet = { schema: 'card', migrations: [{ version: 1, name: 'none', sql: 'select 1' }] }
  const clones = await Promise.all(Array.from({ length: 4 }, async () => await createTestDatabase([bank, card])))
  const after = await templates(first)
  expect(after.length - before.length).toBe(1)
  await Promise.all([first, ...clones].map(async (one) => await one.drop()))
})

test('drop removes the database even while somebody is connected', async () => {
  const one = await createTestDatabase([bank])
  const other = await createTestDatabase([])
  const guest = openDatabase({ url: one.url, connectionsMax: 1, applicationName: 'guest' })
  await guest.query('select 1')
  await one.drop()
  const name = new URL(one.url).pathname.slice(1)
  expect(await other.database.query('select from pg_database where datname = $1', [name])).toEqual([])
  await guest.close()
  await other.drop()
})

test('a migration that fails is reported and leaves no template behind', async () => {
  const wrong: MigrationSet = { schema: 'bank', migrations: [{ version: 1, name: 'wrong', sql: 'create tabel x' }] }
  for (let attempt = 1; attempt <= 2; attempt++) {
    await expect(createTestDatabase([wrong])).rejects.toThrow('bank/0001-wrong failed at line 1')
  }
})

test('the broker starts one server for all who ask, and nothing for somebody without the token', async () => {
  const broker = await startDatabaseBroker()
  await expect(askDatabaseBroker(`${broker.address}0`)).rejects.toThrow('status 404')
  const [one, other] = await Promise.all([askDatabaseBroker(broker.address), askDatabaseBroker(broker.address)])
  expect(one).toBe(other)
  const guest = openDatabase({ url: one, connectionsMax: 1, applicationName: 'guest' })
  expect(await guest.query('select 1 as one')).toEqual([{ one: 1 }])
  await guest.close()
  await broker.close()
  const late = openDatabase({ url: one, connectionsMax: 1, applicationName: 'late' })
  await expect(late.query('select 1')).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  await late.close()
})
