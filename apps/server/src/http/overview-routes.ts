// GET /api/overview, /api/health and /api/response-codes.

import { apiPattern, type ResponseCodeText } from '@shua/contract'
import { responseCodes } from '@shua/scheme'
import type { Hono } from 'hono'
import type { HttpServices } from './http-services.ts'

const responseCodeTexts: readonly ResponseCodeText[] = Object.entries(responseCodes).map(([code, entry]) => ({
  code,
  class: entry.class,
  meaning: { zh: entry.zh, en: entry.en },
  action: { zh: entry.actionZh, en: entry.actionEn },
}))

export function addOverviewRoutes(app: Hono, services: HttpServices): void {
  app.get(apiPattern.overview, async (context) => context.json(await services.overview()))

  app.get(apiPattern.health, async (context) => {
    const health = await services.health()
    return context.json(health, health.status === 'ok' ? 200 : 503)
  })

  app.get(apiPattern.responseCodes, (context) => context.json({ items: responseCodeTexts }))
}
