import { createTestDatabase, type TestDatabase } from '@shua/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { acquirerMigrations } from '../acquirer-migrations.ts'
import { deletePastCounters } from './limit-counter-store.ts'

let test: TestDatabase

beforeAll(async () => {
  test = await createTestDatabase([await acquirerMigrations()])
})

afterAll(async () => {
  await test.drop()
})

it('keeps the counters of the month and of the one before it', async () => {
  const { database } = test
  await database.query(
    `insert into acquirer.limit_counter (subject, number, business_date, counted_minor)
     select 'merchant', '104110045112012', day, 100
       from unnest('{2025-12-31,2026-01-31,2026-02-01,2026-02-28,2026-03-01,2026-03-31}'::date[]) as day`,
  )
  expect(await deletePastCounters(database, '2026-03-01')).toBe(2)
  expect(await deletePastCounters(database, '2026-03-31')).toBe(0)
  const left = await database.query(
    'select business_date::text as day from acquirer.limit_counter order by business_date',
  )
  expect(left).toEqual(['2026-02-01', '2026-02-28', '2026-03-01', '2026-03-31'].map((day) => ({ day })))
})
