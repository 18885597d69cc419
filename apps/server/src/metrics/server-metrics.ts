// Everything a server shows of itself to those who run it: counts events as they happen, samples the rest when it is asked,
// and tells spans. Nothing here may cost a payment its answer, so what fails is counted and goes no further.

import { statfs } from 'node:fs/promises'
import type { AcquirerEvent } from '@shua/acquirer'
import { compileDialect, dialects } from '@shua/iso8583'
import type { LinkServer } from '@shua/link'
import type { Database } from '@shua/postgres'
import { managementTypes, responseCodes, transactionKinds, transactionTypes } from '@shua/scheme'
import { boundedLabel } from '@shua/telemetry'
import { createMetrics, type Metrics } from './create-metrics.ts'
import type { NetworkObserver } from './network-observer.ts'
import { observeDatabase } from './observe-database.ts'
import { observeTraces, type ObservedTraces } from './observe-traces.ts'
import { isPayment, PaymentKinds } from './payment-kinds.ts'
import { createPaymentSpans } from './payment-spans.ts'
import { createDatabaseSampler, type DatabaseSample } from './sample-database.ts'

export interface ServerMetricsOptions {
  readonly database: Database
  readonly dataDir: string
  /** How long what the database told stays good; 15 s when left out. */
  readonly sampleKeptMs?: number
}

export interface ServerMetrics {
  /** The database to use from here on. */
  readonly database: Database
  readonly network: NetworkObserver
  onAcquirerEvent(event: AcquirerEvent): void
  onFault(where: string): void
  /** The metrics now, in Prometheus' text format. `terminals` is left out while the network is not up. */
  scrape(terminals: LinkServer | undefined): Promise<{ readonly contentType: string; readonly text: string }>
}

const sampleKeptMs = 15_000
const sampleLimitMs = 1_000

const mtiLabel = boundedLabel([
  ...Object.values(transactionTypes).map(({ mti }) => mti),
  ...Object.values(managementTypes).map(({ mti }) => mti),
  '0400',
])
const responseCodeLabel = boundedLabel(Object.keys(responseCodes))
const stateLabel = boundedLabel(['active', 'idle', 'idle in transaction', 'idle in transaction (aborted)'])
const faultPlaces = ['acquirer', 'issuer', 'trace', 'hold expiry', 'database', 'http', 'terminal', 'metrics'] as const
const faultLabel = boundedLabel(faultPlaces)

export function createServerMetrics(options: ServerMetricsOptions): ServerMetrics {
  const { registry, metrics } = createMetrics()
  beginAtZero(metrics)
  const kinds = new PaymentKinds(compileDialect(dialects.unionpayPos))
  const recordSpans = createPaymentSpans()
  /** How many payments each open database transaction decides. */
  const deciding = new Map<object, number>()
  let traces: ObservedTraces | undefined
  const database = observeDatabase(options.database, metrics, (tx) => deciding.delete(tx))
  // The sampler's own statements are no load of the product, so it uses the database unobserved.
  const sampleDatabase = createDatabaseSampler({
    database: options.database,
    keptMs: options.sampleKeptMs ?? sampleKeptMs,
    limitMs: sampleLimitMs,
  })

  return {
    database,
    network: {
      observeSwitch: (network) => ({
        announce: (requests, tx) => network.announce?.(requests, tx),
        route(requests, tx) {
          metrics.batchSize.observe(requests.length)
          deciding.set(tx, requests.length)
          for (const request of requests) kinds.learn(request)
          return network.route(requests, tx)
        },
      }),
      observeTraces(tracesDatabase, create) {
        traces = observeTraces(tracesDatabase, create)
        return traces.recorder
      },
    },
    onAcquirerEvent(event) {
      try {
        countMessage(metrics, event)
        if (!isPayment(event.mti)) return
        const kind = kinds.of(event)
        metrics.payments.inc({ kind, response_code: codeOf(event) })
        metrics.authorizationDuration.observe({ outcome: event.outcome }, event.durationUs / 1_000_000)
        recordSpans(event, kind)
      } catch {
        metrics.faults.inc({ where: 'metrics' })
      }
    },
    onFault: (where) => metrics.faults.inc({ where: faultLabel(where.startsWith('terminal ') ? 'terminal' : where) }),
    async scrape(terminals) {
      const [sample, disk] = await Promise.all([sampleDatabase(), readDisk(options.dataDir)])
      setSample(metrics, sample)
      if (disk) {
        metrics.diskFree.set(disk.freeBytes)
        metrics.diskSize.set(disk.sizeBytes)
      }
      if (terminals) setLink(metrics, terminals, sumOf(deciding.values()))
      metrics.tracesWaiting.set(traces?.waiting ?? 0)
      setTotal(metrics.tracesDropped, { reason: 'load' }, traces?.recorder.dropped ?? 0)
      setTotal(metrics.tracesDropped, { reason: 'database' }, traces?.refused ?? 0)
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
  }
}

/** A series that first appears with its first event hides that event from every rate, so those that alerts watch begin at 0. */
function beginAtZero(metrics: Metrics): void {
  for (const kind of [...transactionKinds, 'reversal']) {
    for (const code of ['00', 'none']) metrics.payments.inc({ kind, response_code: code }, 0)
  }
  for (const outcome of ['approved', 'declined', 'unknown']) metrics.authorizationDuration.zero({ outcome })
  for (const where of faultPlaces) metrics.faults.inc({ where }, 0)
}

function countMessage(metrics: Metrics, { mti, outcome }: AcquirerEvent): void {
  metrics.messages.inc({ mti: mtiLabel(mti), outcome })
}

function codeOf({ responseCode }: AcquirerEvent): string {
  return responseCode === undefined ? 'none' : responseCodeLabel(responseCode)
}

/** What the database did not tell is left out: an old number would look like a new one. */
function setSample(metrics: Metrics, sample: DatabaseSample | undefined): void {
  metrics.databaseUp.set(sample === undefined ? 0 : 1)
  metrics.databaseConnections.reset()
  for (const { state, count } of sample?.connections ?? []) {
    metrics.databaseConnections.inc({ state: stateLabel(state) }, count)
  }
  for (const key of ['terminalsActive', 'terminalsSignedOn', 'reversalsPending', 'casesOpen'] as const) {
    if (sample === undefined) metrics[key].remove()
    else metrics[key].set(sample[key])
  }
}

function setLink(metrics: Metrics, terminals: LinkServer, decidingCount: number): void {
  const stats = terminals.stats()
  metrics.linkConnections.set(stats.connections)
  metrics.linkInFlight.set(stats.inFlight)
  metrics.laneWaiting.set(Math.max(0, stats.inFlight - decidingCount))
  setTotal(metrics.linkFrames, { direction: 'in' }, stats.framesIn)
  setTotal(metrics.linkFrames, { direction: 'out' }, stats.framesOut)
  setTotal(metrics.linkRefused, {}, stats.refused)
  setTotal(metrics.linkUnanswered, {}, stats.unanswered)
  setTotal(metrics.linkUndeliverable, {}, stats.undeliverable)
  for (const [reason, count] of Object.entries(stats.dropped)) setTotal(metrics.linkDropped, { reason }, count)
}

/** Takes over a count that is kept elsewhere. */
function setTotal(counter: Metrics['linkFrames'], labels: Record<string, string>, total: number): void {
  counter.remove(labels)
  counter.inc(labels, total)
}

function sumOf(counts: Iterable<number>): number {
  let sum = 0
  for (const count of counts) sum += count
  return sum
}

async function readDisk(dataDir: string): Promise<{ freeBytes: number; sizeBytes: number } | undefined> {
  try {
    const { bavail, blocks, bsize } = await statfs(dataDir)
    return { freeBytes: bavail * bsize, sizeBytes: blocks * bsize }
  } catch {
    return undefined
  }
}
