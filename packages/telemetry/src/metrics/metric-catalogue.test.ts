import { describe, expect, it } from 'vitest'
import { boundedLabel } from './bounded-label.ts'
import { metricCatalogue, type MetricDefinition } from './metric-catalogue.ts'

const definitions: MetricDefinition[] = Object.values(metricCatalogue)

describe('the catalogue of metrics', () => {
  it('has every name once, with our prefix and a unit that its type asks for', () => {
    const names = definitions.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const { name, type } of definitions) {
      expect(name).toMatch(/^shua_[a-z]+(?:_[a-z]+)*$/)
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter'])
    }
  })

  it('labels nothing by who pays or who is paid', () => {
    const labels = new Set(definitions.flatMap((definition) => definition.labels))
    expect([...labels].toSorted()).toEqual([
      'call',
      'code',
      'direction',
      'kind',
      'mti',
      'outcome',
      'reason',
      'response_code',
      'state',
      'where',
    ])
  })

  it('measures from 1 ms to 10 s', () => {
    const { buckets } = metricCatalogue.authorizationDuration
    expect([buckets[0], buckets.at(-1)]).toEqual([0.001, 10])
    for (const { type, buckets: bounds } of definitions) {
      expect(bounds !== undefined).toBe(type === 'histogram')
      expect(bounds).toEqual(bounds?.toSorted((a, b) => a - b))
    }
  })
})

describe('a bounded label', () => {
  it('keeps known values and folds all others into one', () => {
    const label = boundedLabel(['00', '51'])
    expect(['00', '51', 'ZZ', '10000001', '6225880000000001', ''].map(label)).toEqual([
      '00',
      '51',
      'other',
      'other',
      'other',
      'other',
    ])
  })
})
