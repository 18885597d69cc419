// Starts what this process is to hold (roles/server-roles.ts): storage always, and then the network of roles that takes payments,
// the jobs beside it, the demo with the terminals it runs itself, and the web. Every process shows metrics and health.

import { createRandomSource } from '@shua/security-module'
import { fileURLToPath } from 'node:url'
import { listPayments, type AcquirerEvent, type TraceRecorder } from '@shua/acquirer'
import { assert, Fault } from '@shua/assert'
import { compileDialect, dialects } from '@shua/iso8583'
import { createIssuer } from '@shua/issuer'
import { holdLock } from '@shua/postgres'
import { createLogger, type Logger, type LoggerOptions } from '@shua/telemetry'
import { loadDemo } from './demo/load-demo.ts'
import { hostTerminals, noHostedTerminals, type HostedTerminals } from './hosted-terminals.ts'
import { buildWeb } from './http/build-web.ts'
import { createHttpApp } from './http/create-http-app.ts'
import { createOperatorApp } from './http/create-operator-app.ts'
import type { PublishedEvent } from './http/http-services.ts'
import { serveHttp, type HttpServer } from './http/serve-http.ts'
import { startCounterCleaning } from './jobs/counter-cleaning.ts'
import { startHoldExpiry } from './jobs/hold-expiry.ts'
import { hearPaymentNews, tellPaymentNews, type PaymentNews } from './live/payment-news.ts'
import { createReadinessCheck } from './metrics/check-readiness.ts'
import { createServerMetrics, type ServerMetrics } from './metrics/server-metrics.ts'
import { issuerId, networkMigrations, startNetwork, startTraces, type Network } from './network.ts'
import { openNetworkKeys, type NetworkKeys } from './network-keys.ts'
import type { ServerSettings } from './server-settings.ts'
import { openStorage, type Storage } from './storage.ts'
import { createEventSource, type EventSource } from './web/event-source.ts'
import { createWebServices } from './web/web-services.ts'
import { paymentRow } from './web/payment-row.ts'

export interface RunningServer {
  /** Only in a process that takes payments. */
  readonly network: Network
  readonly http: HttpServer
  readonly storage: Storage
  readonly demoLoaded: boolean
  close(): Promise<void>
}

/** What the parts of one process are built from. */
interface Parts {
  readonly settings: ServerSettings
  readonly storage: Storage
  readonly keys: NetworkKeys
  readonly metrics: ServerMetrics
  readonly logger: Logger
  readonly events: EventSource<PublishedEvent>
  readonly report: (where: string, error: unknown) => void
  /** What was started last is closed first. */
  readonly closeLater: (closer: () => Promise<void>) => void
}

const drainMs = 5_000
const demoTerminalsLock = 7311n
const now = (): Date => new Date()
const random = createRandomSource()

/** The log goes to standard output unless a stream is named. */
export async function startServer(
  settings: ServerSettings,
  log: (line: string) => void,
  logTo: Pick<LoggerOptions, 'stream'> = {},
): Promise<RunningServer> {
  const logger = createLogger({ level: settings.logLevel, name: 'shua', ...logTo })
  let metrics: ServerMetrics | undefined
  const report = (where: string, error: unknown): void => {
    metrics?.onFault(where)
    logger.error({ where, err: error }, 'fault')
  }
  // The web is built while the database starts: neither needs the other.
  const webBuilt = settings.roles.has('web')
    ? buildWeb({ outDir: fileURLToPath(new URL('../../web/dist/', import.meta.url)) })
    : undefined
  webBuilt?.catch(() => undefined)
  const opened = await openStorage(
    settings,
    (line) => logger.debug({ line }, 'database'),
    (error) => report('database', error),
  )
  metrics = createServerMetrics(opened)
  const storage: Storage = { ...opened, database: metrics.database }
  const closers: (() => Promise<void>)[] = [() => storage.close()]
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer()
  }
  try {
    const keys = await openNetworkKeys(storage.database, storage.securityModule, now())
    const events = createEventSource<PublishedEvent>()
    const closeLater = (closer: () => Promise<void>): void => void closers.push(closer)
    const parts: Parts = { settings, storage, keys, metrics, logger, events, report, closeLater }
    const { network, demoLoaded, http } = await startRoles(parts, webBuilt)
    log(`ready`)
    return {
      get network() {
        assert(network, 'this process takes payments')
        return network
      },
      http,
      storage,
      demoLoaded,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function startRoles(
  parts: Parts,
  webBuilt: Promise<string> | undefined,
): Promise<{ network: Network | undefined; demoLoaded: boolean; http: HttpServer }> {
  const { roles } = parts.settings
  const { storage, report, closeLater } = parts
  const network = roles.has('acquirer') ? await startPayments(parts) : undefined
  if (roles.has('jobs')) {
    for (const start of [startHoldExpiry, startCounterCleaning]) {
      const job = start(storage.database, now, report)
      closeLater(() => job.stop())
    }
  }
  const demoLoaded = roles.has('demo') && (await seedDemo(parts))
  const traces = network?.traces ?? startOwnTraces(parts)
  const terminals = roles.has('demo') ? await startTerminals(parts, network, traces) : noHostedTerminals
  const http = await startHttp(parts, { network, traces, terminals, staticDir: await webBuilt })
  return { network, demoLoaded, http }
}

/** Acquirer, switch and issuer, and the news of what they decide. */
async function startPayments(parts: Parts): Promise<Network> {
  const { settings, storage, metrics, logger, report, closeLater } = parts
  const news = tellPaymentNews(storage.database, (error) => logger.warn({ err: error }, 'live page'))
  closeLater(() => news.close())
  const network = await startNetwork({
    database: storage.database,
    securityModule: storage.securityModule,
    host: settings.host,
    terminalPort: settings.terminalPort,
    now,
    nanoseconds: () => process.hrtime.bigint(),
    random,
    observer: metrics.network,
    onAcquirerEvent: (event) => {
      metrics.onAcquirerEvent(event)
      logMessage(logger, event)
      if (event.paymentId !== undefined) news.tell({ paymentId: event.paymentId, durationUs: event.durationUs })
    },
    onLinkEvent: (event) => {
      if (event.kind !== 'connected' && event.kind !== 'closed')
        logger.warn({ event: event.kind, ...('fault' in event ? { err: event.fault } : {}) }, 'link')
    },
    onFault: report,
  })
  closeLater(() => network.close({ drainMs }))
  return network
}

function logMessage(logger: Logger, event: AcquirerEvent): void {
  const { mti, terminalId, stan, paymentId, outcome, reason, responseCode, durationUs } = event
  logger.info({ mti, terminalId, stan, paymentId, outcome, reason, responseCode, durationUs }, 'message')
}

async function seedDemo({ storage, keys }: Parts): Promise<boolean> {
  const { database, securityModule } = storage
  const issuer = createIssuer({ issuerId, securityModule, keys })
  return loadDemo({ database, securityModule, keys, issuer, now: now(), random })
}

function startOwnTraces({ storage, metrics, report, closeLater }: Parts): TraceRecorder {
  const codec = compileDialect(dialects.unionpayPos)
  const traces = startTraces({ database: storage.database, observer: metrics.network, onFault: report }, codec)
  closeLater(() => traces.close())
  return traces
}

/**
 * The demo terminals. Each has one journal and counts its own traces, so one process of a database plays them: a second one is
 * refused, and one that lost its place ends them.
 */
async function startTerminals(
  parts: Parts,
  network: Network | undefined,
  traces: TraceRecorder,
): Promise<HostedTerminals> {
  const { settings, storage, events, report, closeLater } = parts
  let terminals: HostedTerminals | undefined
  const lock = await holdLock({
    url: storage.databaseUrl,
    key: demoTerminalsLock,
    applicationName: 'shua-demo',
    onLost: () => {
      report('terminal lock', new Fault('DEMO_TERMINALS_TAKEN', 'another process plays the demo terminals now'))
      void terminals?.close()
    },
  })
  if (lock === undefined) {
    const message = 'another process plays the demo terminals of this database; start this one without the role demo'
    throw new Fault('DEMO_TERMINALS_TAKEN', message)
  }
  closeLater(() => lock.release())
  // A listener on all addresses is reached by loopback; one on a single address only there.
  const here = ['0.0.0.0', '::'].includes(settings.host) ? '127.0.0.1' : settings.host
  const acquirer = network ? { host: here, port: network.terminals.port } : settings.acquirer
  assert(acquirer, 'demo terminals have an acquirer')
  terminals = await hostTerminals({
    dataDir: storage.dataDir,
    network: { traces, terminals: { port: acquirer.port } },
    host: acquirer.host,
    printer: settings.printer,
    onChange: (terminalId, version) => events.publish({ type: 'terminal', terminalId, version }),
    report,
  })
  closeLater(async () => terminals?.close())
  return terminals
}

interface HttpParts {
  readonly network: Network | undefined
  readonly traces: TraceRecorder
  readonly terminals: HostedTerminals
  readonly staticDir: string | undefined
}

async function startHttp(parts: Parts, { network, traces, terminals, staticDir }: HttpParts): Promise<HttpServer> {
  const { settings, storage, metrics, events, report, closeLater } = parts
  const readiness = createReadinessCheck({
    database: storage.database,
    migrations: await networkMigrations(),
    ...(network ? { listening: () => network.terminals.stats().ready } : {}),
    limitMs: 1_000,
  })
  const operators = { readiness, scrape: () => metrics.scrape(network?.terminals) }
  const reportHttp = (error: unknown): void => report('http', error)
  let app = createOperatorApp(operators, reportHttp)
  if (settings.roles.has('web')) {
    await publishNews(parts)
    const web = { settings, storage, terminals, events, traces, link: network?.terminals }
    app = createHttpApp(createWebServices(web), {
      operators,
      ...(staticDir === undefined ? {} : { staticDir }),
      report: reportHttp,
      allowedHosts: settings.open ? [settings.host] : [],
    })
  }
  const http = await serveHttp({ app, host: settings.host, port: settings.httpPort })
  closeLater(() => http.close({ drainMs: 1_000 }))
  return http
}

/** Payments of every process reach the live pages of this one. */
async function publishNews({ storage, events, logger, closeLater }: Parts): Promise<void> {
  const publish = async (news: readonly PaymentNews[]): Promise<void> => {
    const durations = new Map(news.map(({ paymentId, durationUs }) => [paymentId, durationUs]))
    const payments = await listPayments(storage.database, { limit: news.length, paymentIds: [...durations.keys()] })
    for (const payment of payments.toReversed()) {
      const durationUs = durations.get(payment.paymentId) ?? null
      events.publish({ type: 'payment', payment: { ...paymentRow(payment), durationUs } })
    }
  }
  const subscription = await hearPaymentNews(storage.database, publish, (error) =>
    logger.warn({ err: error }, 'live page'),
  )
  closeLater(() => subscription.close())
}
