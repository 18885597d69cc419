// Rows that go out as one array come back as the same rows, whatever is in them.

import { createTestDatabase } from '@shua/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { RowArray } from './row-array.ts'

let test: Awaited<ReturnType<typeof createTestDatabase>>

beforeAll(async () => {
  test = await createTestDatabase([])
  await test.database.query(
    'create type mixed_row as (a_text text, a_number bigint, a_truth boolean, a_moment timestamptz, some_bytes bytea)',
  )
})

afterAll(async () => {
  await test.drop()
})

async function roundTrip(rows: readonly (readonly unknown[])[]): Promise<unknown[][]> {
  const found = await test.database.query<Record<string, unknown>>('select * from unnest($1::mixed_row[])', [
    new RowArray(rows),
  ])
  return found.map((row) => Object.values(row))
}

const text = fc
  .oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('"', '\\', '(', ')', ',', ' ', '{', '}', '\n', 'a', '刷', "'") }),
  )
  .filter((value) => !value.includes('\0'))
const row = fc.tuple(
  fc.option(text),
  fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  fc.option(fc.boolean()),
  fc.option(fc.date({ min: new Date('1000-01-01'), max: new Date('9999-01-01'), noInvalidDate: true })),
  fc.option(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))),
)

it('brings any rows to the server as they are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (rows) => {
      expect(await roundTrip(rows)).toEqual(rows)
    }),
  )
})

it('tells empty text from null', async () => {
  expect(await roundTrip([['', null, null, null, Buffer.alloc(0)]])).toEqual([['', null, null, null, Buffer.alloc(0)]])
})

it('refuses what is no value of a row', async () => {
  await expect(roundTrip([[undefined, 1, true, null, null]])).rejects.toThrow('a row holds text')
  await expect(roundTrip([[{ reveal: () => '' }, 1, true, null, null]])).rejects.toThrow('a row holds text')
})
