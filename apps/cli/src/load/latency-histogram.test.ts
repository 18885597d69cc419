import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LatencyHistogram } from './latency-histogram.ts'

const latencies = fc.array(fc.integer({ min: 0, max: 3_600_000_000 }), { minLength: 1, maxLength: 300 })

function histogramOf(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram()
  for (const value of values) histogram.record(value)
  return histogram
}

describe('latency histogram', () => {
  it('gives every quantile of the sorted values, at most 3.2 % too high and never too low', () => {
    fc.assert(
      fc.property(latencies, fc.double({ min: 0.001, max: 1, noNaN: true }), (values, share) => {
        const exact = values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(values.length * share)) - 1]!
        const told = histogramOf(values).quantileUs(share)
        expect(told).toBeGreaterThanOrEqual(exact)
        expect(told).toBeLessThanOrEqual(exact * 1.032 + 1)
      }),
    )
  })

  it('adds another histogram as if its values had been recorded here', () => {
    fc.assert(
      fc.property(latencies, latencies, (some, others) => {
        const sum = histogramOf(some)
        sum.add(histogramOf(others))
        expect(sum.summary()).toEqual(histogramOf([...some, ...others]).summary())
      }),
    )
  })

  it('says nothing but zeros when nothing was recorded', () => {
    expect(new LatencyHistogram().summary()).toEqual({
      count: 0,
      meanMs: 0,
      p50Ms: 0,
      p90Ms: 0,
      p99Ms: 0,
      p999Ms: 0,
      maxMs: 0,
    })
  })
})
