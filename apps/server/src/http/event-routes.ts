// GET /api/events: server-sent events with Last-Event-ID, as a header (the browser's own reconnect) or in the address.

import { apiPattern } from '@shua/contract'
import type { Hono } from 'hono'
import type { LiveEventHub } from './live-event-hub.ts'
import { problem } from './problem-response.ts'

export function addEventRoutes(app: Hono, hub: LiveEventHub): void {
  app.get(apiPattern.events, (context) => {
    const stream = hub.open(context.req.header('last-event-id') ?? context.req.query('lastEventId'))
    if (!stream) return problem(context, 503, { code: 'EVENTS_FULL', message: 'too many live pages are open' })
    return new Response(stream, {
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      },
    })
  })
}
