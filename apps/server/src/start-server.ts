// Starts everything a server holds: storage, the network of roles, the demo terminals it runs itself, and the web.

import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { listPayments, type AcquirerEvent } from '@shua/acquirer'
import { createLogger, type Logger, type LoggerOptions } from '@shua/telemetry'
import { loadDemo } from './demo/load-demo.ts'
import { hostTerminals, type HostedTerminals } from './hosted-terminals.ts'
import { buildWeb } from './http/build-web.ts'
import { createHttpApp } from './http/create-http-app.ts'
import type { PublishedEvent } from './http/http-services.ts'
import { serveHttp, type HttpServer } from './http/serve-http.ts'
import { createReadinessCheck } from './metrics/check-readiness.ts'
import { createServerMetrics, type ServerMetrics } from './metrics/server-metrics.ts'
import { networkMigrations, startNetwork, type Network } from './network.ts'
import type { ServerSettings } from './server-settings.ts'
import { openStorage, type Storage } from './storage.ts'
import { createEventSource } from './web/event-source.ts'
import { createWebServices } from './web/web-services.ts'
import { paymentRow } from './web/payment-row.ts'

export interface RunningServer {
  readonly network: Network
  readonly http: HttpServer
  readonly storage: Storage
  readonly demoLoaded: boolean
  close(): Promise<void>
}

const drainMs = 5_000

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
  const webBuilt = buildWeb({ outDir: fileURLToPath(new URL('../../web/dist/', import.meta.url)) })
  webBuilt.catch(() => undefined)
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
    const events = createEventSource<PublishedEvent>()
    const network = await startRoles(settings, storage, {
      logger,
      metrics,
      report,
      publish: (event) => events.publish(event),
    })
    closers.push(() => network.close({ drainMs }))
    const demoLoaded = await loadDemo({
      ...storage,
      keys: network.keys,
      issuer: network.issuer,
      now: new Date(),
      random: (size) => randomBytes(size),
    })
    const terminals = await hostTerminals({
      dataDir: storage.dataDir,
      network,
      // A listener on all addresses is reached by loopback; one on a single address only there.
      host: ['0.0.0.0', '::'].includes(settings.host) ? '127.0.0.1' : settings.host,
      printer: settings.printer,
      onChange: (terminalId, version) => events.publish({ type: 'terminal', terminalId, version }),
      report,
    })
    closers.push(() => terminals.close())
    const http = await startWeb(settings, {
      storage,
      network,
      terminals,
      events,
      metrics,
      report,
      staticDir: await webBuilt,
    })
    closers.push(() => http.close({ drainMs: 1_000 }))
    log(`ready`)
    return { network, http, storage, demoLoaded, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function startRoles(
  settings: ServerSettings,
  { database, securityModule }: Storage,
  parts: {
    logger: Logger
    metrics: ServerMetrics
    report: (where: string, error: unknown) => void
    publish: (event: PublishedEvent) => void
  },
): Promise<Network> {
  const { logger, metrics, report, publish } = parts
  const tell = async (event: AcquirerEvent): Promise<void> => {
    if (event.paymentId === undefined) return
    const [payment] = await listPayments(database, { limit: 1, paymentIds: [event.paymentId] })
    if (payment !== undefined)
      publish({ type: 'payment', payment: { ...paymentRow(payment), durationUs: event.durationUs } })
  }
  return startNetwork({
    database,
    securityModule,
    host: settings.host,
    terminalPort: settings.terminalPort,
    now: () => new Date(),
    nanoseconds: () => process.hrtime.bigint(),
    random: (size) => randomBytes(size),
    observer: metrics.network,
    onAcquirerEvent: (event) => {
      metrics.onAcquirerEvent(event)
      logger.info(
        {
          mti: event.mti,
          terminalId: event.terminalId,
          stan: event.stan,
          paymentId: event.paymentId,
          outcome: event.outcome,
          reason: event.reason,
          responseCode: event.responseCode,
          durationUs: event.durationUs,
        },
        'message',
      )
      void tell(event).catch((error: unknown) => logger.warn({ err: error }, 'live page'))
    },
    onLinkEvent: (event) => {
      if (event.kind !== 'connected' && event.kind !== 'closed')
        logger.warn({ event: event.kind, ...('fault' in event ? { err: event.fault } : {}) }, 'link')
    },
    onFault: report,
  })
}

async function startWeb(
  settings: ServerSettings,
  parts: {
    storage: Storage
    network: Network
    terminals: HostedTerminals
    events: ReturnType<typeof createEventSource<PublishedEvent>>
    metrics: ServerMetrics
    report: (where: string, error: unknown) => void
    staticDir: string
  },
): Promise<HttpServer> {
  const services = createWebServices({ ...parts, settings })
  const readiness = createReadinessCheck({
    database: parts.storage.database,
    migrations: await networkMigrations(),
    listening: () => parts.network.terminals.stats().ready,
    limitMs: 1_000,
  })
  const app = createHttpApp(services, {
    operators: { readiness, scrape: () => parts.metrics.scrape(parts.network.terminals) },
    staticDir: parts.staticDir,
    report: (error) => parts.report('http', error),
    allowedHosts: settings.open ? [settings.host] : [],
  })
  return serveHttp({ app, host: settings.host, port: settings.httpPort })
}
