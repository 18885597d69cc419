// The catalogue's metrics as instruments of one registry, with those of the Node process beside them. Each server has its
// own registry, so that two in one process (tests, a harness) never add up.

import { metricCatalogue, type MetricDefinition } from '@shua/telemetry'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

type Catalogue = typeof metricCatalogue

interface Instruments {
  counter: Counter
  gauge: Gauge
  histogram: Histogram
}

export type Metrics = { readonly [Key in keyof Catalogue]: Instruments[Catalogue[Key]['type']] }

export function createMetrics(): { readonly registry: Registry; readonly metrics: Metrics } {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const metrics = Object.fromEntries(
    Object.entries(metricCatalogue).map(([key, definition]) => [key, createInstrument(definition, registry)]),
  ) as unknown as Metrics
  return { registry, metrics }
}

function createInstrument(definition: MetricDefinition, registry: Registry): Counter | Gauge | Histogram {
  const { name, help } = definition
  const settings = { name, help, labelNames: [...definition.labels], registers: [registry] }
  switch (definition.type) {
    case 'counter':
      return new Counter(settings)
    case 'gauge':
      return new Gauge(settings)
    case 'histogram':
      return new Histogram({ ...settings, buckets: [...(definition.buckets ?? [])] })
  }
}
