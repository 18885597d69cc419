// The HTTP edge of a process without the web role: metrics and health for the programs that watch it, and nothing else.

import { Hono } from 'hono'
import { addOperatorRoutes, type OperatorServices } from '../metrics/operator-routes.ts'
import type { HttpApp } from './create-http-app.ts'
import { failure, notFound } from './problem-response.ts'
import { securityHeaders } from './request-guard.ts'

export function createOperatorApp(operators: OperatorServices, report: (error: unknown) => void): HttpApp {
  const app = new Hono()
  app.use(securityHeaders)
  addOperatorRoutes(app, operators)
  app.notFound((context) => notFound(context, 'this address'))
  app.onError((error, context) => failure(context, error, report))
  return { hono: app, close: () => undefined }
}
