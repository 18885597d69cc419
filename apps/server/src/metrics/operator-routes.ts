// GET /metrics, /health/live and /health/ready, for programs that watch the server. They come by any host name and send no
// Origin, so they stand before the guard that keeps foreign pages away; they answer reads only, and nothing that is secret.
// They are served by the web's own listener: what that is not open to cannot reach them.

import type { Hono } from 'hono'
import type { Readiness } from './check-readiness.ts'

export interface OperatorServices {
  scrape(): Promise<{ readonly contentType: string; readonly text: string }>
  readiness(): Promise<Readiness>
}

export function addOperatorRoutes(app: Hono, services: OperatorServices): void {
  app.get('/metrics', async (context) => {
    const { contentType, text } = await services.scrape()
    return context.body(text, 200, { 'content-type': contentType, 'cache-control': 'no-store' })
  })
  app.get('/health/live', (context) => context.json({ status: 'live' }, 200, { 'cache-control': 'no-store' }))
  app.get('/health/ready', async (context) => {
    const readiness = await services.readiness()
    return context.json(readiness, readiness.status === 'ready' ? 200 : 503, { 'cache-control': 'no-store' })
  })
}
