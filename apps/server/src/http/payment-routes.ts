// GET /api/payments and GET /api/payments/:paymentId/xray.

import { apiPattern, paymentIdSchema, paymentQuerySchema } from '@shua/contract'
import type { Hono } from 'hono'
import type { HttpServices } from './http-services.ts'
import { badInput, notFound } from './problem-response.ts'

export function addPaymentRoutes(app: Hono, services: HttpServices): void {
  app.get(apiPattern.payments, async (context) => {
    const query = paymentQuerySchema.safeParse(context.req.query())
    if (!query.success) return badInput(context, query.error)
    return context.json(await services.payments(query.data))
  })

  app.get(apiPattern.xray, async (context) => {
    const paymentId = paymentIdSchema.safeParse(context.req.param('paymentId'))
    const report = paymentId.success ? await services.xray(paymentId.data) : undefined
    return report ? context.json(report) : notFound(context, 'this payment')
  })
}
