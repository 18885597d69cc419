// The dashboard and the alert rules under deploy/ name metrics; here each name is held against what a server really exports, and
// each label against the labels of its metric.

import { readFileSync } from 'node:fs'
import { metricCatalogue } from '@shua/telemetry'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openServer, type OpenServer } from './open-server.ts'
import { readMetrics, type MetricsPage } from './read-metrics.ts'

const deploy = new URL('../../deploy/', import.meta.url)
const read = (file: string): string => readFileSync(new URL(file, deploy), 'utf8')

interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[]
}

interface Dashboard {
  readonly title: string
  readonly uid: string
  readonly schemaVersion: number
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] }
}

interface AlertRule {
  readonly alert: string
  readonly expr: string
  readonly severity: string | undefined
  readonly summary: string | undefined
}

const dashboard = JSON.parse(read('grafana/shua-dashboard.json')) as Dashboard
const rules = readRules(read('prometheus/alerts.yml'))

/** The rules of our own file, whose lines have this one form; anything else in it is refused. */
function readRules(text: string): AlertRule[] {
  const [head, ...blocks] = text.split(/^ {6}- alert: /m)
  expect(head).toMatch(/^(?:#.*\n)*groups:\n {2}- name: \w+\n {4}rules:\n$/)
  return blocks.map((block) => {
    const match =
      /^(?<alert>\w+)\n {8}expr: (?:\|\n(?<long>(?: {10}.*\n)+)|(?<short>.+)\n)(?: {8}for: \d+[smhd]\n)? {8}labels:\n {10}severity: (?<severity>\w+)\n {8}annotations:\n {10}summary: '(?<summary>[^'\n]+)'\n\n?$/.exec(
        block,
      )
    expect(match, block).not.toBeNull()
    const { alert = '', long, short, severity, summary } = match?.groups ?? {}
    return { alert, expr: long ?? short ?? '', severity, summary }
  })
}

const functions = new Set(
  'sum min max rate increase delta predict_linear histogram_quantile vector label_values by and or offset'.split(' '),
)

/** Names in an expression that stand for metrics: what is no function, keyword, label, duration or text. */
function metricsOf(expr: string): string[] {
  const bare = expr
    .replace(/"(?:[^"\\]|\\.)*"/g, '""')
    .replace(/\{[^}]*\}/g, '')
    .replace(/\bby \([^)]*\)/g, '')
    .replace(/\[\w+\]|\boffset \w+/g, '')
    .replace(/label_values\(([^,]+),[^)]*\)/g, '$1')
  return [...bare.matchAll(/\b[a-zA-Z_]\w*/g)].map(([name]) => name).filter((name) => !functions.has(name))
}

/** Labels named in braces and in `by (…)`. */
function labelsOf(expr: string): string[] {
  const inBraces = [...expr.matchAll(/\{([^}]*)\}/g)].flatMap((match) => [
    ...match[1]!.matchAll(/(\w+)(?:=~|!=|!~|=)/g),
  ])
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap((match) =>
    [...match[1]!.matchAll(/\w+/g)].map(([name]) => [name, name]),
  )
  return [...inBraces, ...grouped].map((match) => match[1]!)
}

const derived = (name: string): string[] => [name, `${name}_bucket`, `${name}_sum`, `${name}_count`]

function labelsKnown(metric: string): string[] {
  const definition = Object.values(metricCatalogue).find(({ name }) => derived(name).includes(metric))
  // Prometheus adds the first two; a bucket has its bound, garbage collection its kind.
  return ['instance', 'job', 'le', ...(definition?.labels ?? ['kind'])]
}

/** The parts of an expression with one metric each, as far as labels go. */
function unknownLabels(expr: string): string[] {
  const known = new Set(metricsOf(expr).flatMap(labelsKnown))
  return labelsOf(expr).filter((label) => !known.has(label))
}

let open: OpenServer
let page: MetricsPage

beforeAll(async () => {
  open = await openServer()
  page = readMetrics(await (await open.get('/metrics')).text())
})

afterAll(async () => {
  await open.close()
})

describe('reading expressions', () => {
  it('finds the names that stand for metrics', () => {
    expect(
      metricsOf('sum by (le) (rate(a_bucket{kind="x_y"}[5m])) / sum(rate(b_total[1d] offset 10m)) > 0.1 or vector(0)'),
    ).toEqual(['a_bucket', 'b_total'])
    expect(labelsOf('sum by (le, kind) (a{code="x",reason!="y"})')).toEqual(['code', 'reason', 'le', 'kind'])
    expect(unknownLabels('sum by (colour) (shua_payments_total{kind="purchase"})')).toEqual(['colour'])
  })
})

describe('the Grafana dashboard', () => {
  const expressions = dashboard.panels.flatMap((panel) =>
    (panel.targets ?? []).map(({ expr }) => [panel.title, expr] as const),
  )

  it('can be imported: title, id, schema, unique panels that do not overlap, data source by variable', () => {
    expect([dashboard.title, dashboard.uid, dashboard.schemaVersion >= 36]).toEqual(['Shua', 'shua', true])
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(['datasource', 'instance'])
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    expect(dashboard.panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true)
    for (const { type, targets = [] } of dashboard.panels) {
      expect(['row', 'stat', 'timeseries']).toContain(type)
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length)
      expect(targets.length > 0).toBe(type !== 'row')
    }
  })

  it.each(expressions)('%s: %s', (_title, expr) => {
    expect(metricsOf(expr).length).toBeGreaterThan(0)
    expect(metricsOf(expr).filter((name) => !page.names.has(name))).toEqual([])
    expect(unknownLabels(expr)).toEqual([])
    expect(expr.split('(').length).toBe(expr.split(')').length)
  })

  it('shows every metric of ours somewhere', () => {
    const shown = new Set(expressions.flatMap(([, expr]) => metricsOf(expr)))
    const missing = Object.values(metricCatalogue).filter(({ name }) => !derived(name).some((each) => shown.has(each)))
    expect(missing.map(({ name }) => name)).toEqual([])
  })

  it('its variable asks for a metric that exists', () => {
    const definition = dashboard.templating.list.find(({ name }) => name === 'instance')?.definition ?? ''
    expect(metricsOf(definition)).toEqual(['shua_database_up'])
    expect(page.names.has('shua_database_up')).toBe(true)
  })
})

describe('the alert rules', () => {
  it('are there for what must wake somebody up', () => {
    expect(rules.map(({ alert }) => alert)).toEqual([
      'ShuaDown',
      'ShuaDatabaseAway',
      'ShuaNoAnswer',
      'ShuaDeclineRateJump',
      'ShuaSlowAuthorization',
      'ShuaReversalsGrow',
      'ShuaTracesDropped',
      'ShuaFaults',
      'ShuaConnectionsRefused',
      'ShuaDiskSoonFull',
    ])
  })

  it.each(rules)('$alert names metrics and labels that exist', ({ expr, severity }) => {
    // `up` is what Prometheus itself writes down about every target.
    const names = metricsOf(expr).filter((name) => name !== 'up')
    expect(names.filter((name) => !page.names.has(name))).toEqual([])
    expect(unknownLabels(expr)).toEqual([])
    expect(expr.split('(').length).toBe(expr.split(')').length)
    expect(['critical', 'warning']).toContain(severity)
  })

  it.each([
    ['shua_payments_total', { kind: 'purchase', response_code: 'none' }],
    ['shua_authorization_duration_seconds_count', { outcome: 'declined' }],
    ['shua_faults_total', { where: 'acquirer' }],
    ['shua_traces_dropped_total', { reason: 'database' }],
    ['shua_link_refused_total', {}],
  ])('%s is 0 before its first event, so that the first one is seen', (name, labels) => {
    expect(page.value(name, labels)).toBe(0)
  })
})
