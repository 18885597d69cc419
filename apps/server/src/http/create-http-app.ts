// The HTTP edge of the server: guard, API, live events, and the built web, over services that the composition root brings.

import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { addEventRoutes } from './event-routes.ts'
import type { HttpServices } from './http-services.ts'
import { defaultLiveEventHubOptions, LiveEventHub, type LiveEventHubOptions } from './live-event-hub.ts'
import { addOperatorRoutes, type OperatorServices } from '../metrics/operator-routes.ts'
import { addOverviewRoutes } from './overview-routes.ts'
import { addPaymentRoutes } from './payment-routes.ts'
import { failure, notFound } from './problem-response.ts'
import { requestGuard, securityHeaders } from './request-guard.ts'
import { staticFiles } from './static-files.ts'
import { addTerminalRoutes } from './terminal-routes.ts'

export interface HttpAppOptions {
  /** Directory of the built web; without it only the API answers. */
  readonly staticDir?: string
  /** Host names besides localhost and plain addresses under which this server may be called. */
  readonly allowedHosts?: readonly string[]
  /** Is told of bugs and faults that the services threw. */
  readonly report?: (error: unknown) => void
  readonly events?: Partial<LiveEventHubOptions>
  /** Metrics and health for programs that watch the server; without it there are none. */
  readonly operators?: OperatorServices
}

export interface HttpApp {
  readonly hono: Hono
  /** Ends the live streams, which would otherwise keep a closing server open. */
  close(): void
}

export function createHttpApp(services: HttpServices, options: HttpAppOptions = {}): HttpApp {
  const app = new Hono()
  const report = options.report ?? (() => undefined)
  const hub = new LiveEventHub(services.events, randomUUID().slice(0, 8), {
    ...defaultLiveEventHubOptions,
    ...options.events,
  })

  app.use(securityHeaders)
  // Scrapers and probes call by any host name; these routes answer reads only and tell no secret.
  if (options.operators) addOperatorRoutes(app, options.operators)
  app.use(requestGuard(options.allowedHosts ?? []))
  app.use('/api/*', async (context, next) => {
    await next()
    if (!context.res.headers.has('cache-control')) context.res.headers.set('cache-control', 'no-store')
  })
  addOverviewRoutes(app, services)
  addPaymentRoutes(app, services)
  addTerminalRoutes(app, services)
  addEventRoutes(app, hub)
  app.all('/api/*', (context) => notFound(context, 'this address'))
  if (options.staticDir !== undefined) app.get('*', staticFiles(options.staticDir))
  app.notFound((context) => notFound(context, 'this address'))
  app.onError((error, context) => failure(context, error, report))

  return { hono: app, close: () => hub.close() }
}
