// What goes out as an array comes back as the same array, whatever is in it.

import { createTestDatabase } from '@shua/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { arrayLiteral } from './array-literal.ts'

describe('an array parameter', () => {
  let test: Awaited<ReturnType<typeof createTestDatabase>>
  beforeAll(async () => {
    test = await createTestDatabase([])
  })
  afterAll(async () => await test.drop())

  const roundTrip = async (type: string, elements: readonly unknown[]): Promise<unknown> => {
    const rows = await test.database.query<{ back: unknown }>(`select $1::${type}[] as back`, [elements])
    return rows[0]!.back
  }

  it('carries any text, words that look like syntax, and nulls', async () => {
    const awkward = ['', 'NULL', 'null', '{}', 'a,b', '"', '\\', '\\"', ' x ', '商户', "it's", '\n', null]
    expect(await roundTrip('text', awkward)).toEqual(awkward)
    const text = fc.string({ unit: 'grapheme-composite' }).filter((s) => !s.includes('\0'))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(text), { maxLength: 20 }), async (elements) => {
        expect(await roundTrip('text', elements)).toEqual(elements)
      }),
      { numRuns: 60 },
    )
  })

  it('carries bytes, moments, whole numbers and truth values', async () => {
    const bytes = [Buffer.from('00ff5c22', 'hex'), Buffer.alloc(0), null]
    expect(await roundTrip('bytea', bytes)).toEqual(bytes)
    expect(await roundTrip('bytea', [new Uint8Array([1, 2])])).toEqual([Buffer.from([1, 2])])
    const moments = [new Date('2026-01-02T03:04:05.678Z'), new Date(0)]
    expect(await roundTrip('timestamptz', moments)).toEqual(moments)
    expect(await roundTrip('bigint', [2n ** 62n, -1n, null])).toEqual([2n ** 62n, -1n, null])
    expect(await roundTrip('boolean', [true, false, null])).toEqual([true, false, null])
  })

  it('is read as an array of arrays when it holds arrays', () => {
    expect(
      arrayLiteral([
        [1, 2],
        ['a b', null],
      ]),
    ).toBe('{{1,2},{"a b",NULL}}')
  })
})
