import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reconnectDelayMs } from './reconnect-delay.ts'

describe('reconnect delay', () => {
  it('doubles up to the longest wait', () => {
    const backoff = { firstMs: 100, maxMs: 1000 }
    const longest = [1, 2, 3, 4, 5, 6].map((attempt) => reconnectDelayMs(attempt, backoff, () => 1))
    expect(longest).toEqual([100, 200, 400, 800, 1000, 1000])
    const shortest = [1, 2, 3, 4, 5, 6].map((attempt) => reconnectDelayMs(attempt, backoff, () => 0))
    expect(shortest).toEqual([50, 100, 200, 400, 500, 500])
  })

  it('stays between half the first and the longest wait for any attempt', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, drawn) => {
          const delayMs = reconnectDelayMs(attempt, { firstMs: 20, maxMs: 30_000 }, () => drawn)
          expect(delayMs).toBeGreaterThanOrEqual(10)
          expect(delayMs).toBeLessThanOrEqual(30_000)
        },
      ),
    )
  })
})
