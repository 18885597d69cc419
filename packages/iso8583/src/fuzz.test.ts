// The fuzzer with one seed that never changes and one that always does; a failing seed is replayed with
// scripts/fuzz-codec.ts --count 40000 --seed N.

import { randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fuzzCodec, reportFuzz } from '../../../scripts/fuzz-codec.ts'

const count = 40_000
const patienceMs = 240_000

describe('damaged messages', () => {
  it.each([1, randomInt(2 ** 32)])(
    'are refused with a Fault or pack back to the same bytes, seed %i',
    (seed) => {
      const result = fuzzCodec({ count, seed })
      console.log(reportFuzz(result))
      expect(result.deviations).toEqual([])
      expect(result.accepted + result.refused).toBe(count)
      // Both answers are common, or the damage proves nothing.
      expect(result.accepted).toBeGreaterThan(count / 50)
      expect(result.refused).toBeGreaterThan(count / 2)
    },
    patienceMs,
  )

  it('are the same ones for the same seed', () => {
    const [first, second] = [fuzzCodec({ count: 2_000, seed: 7 }), fuzzCodec({ count: 2_000, seed: 7 })]
    expect([first.accepted, first.refused]).toEqual([second.accepted, second.refused])
  })
})
