// Turns whatever went wrong into `{ code, message, path? }` with the right status. Messages of faults are safe by rule;
// anything else is a bug of ours: it is reported, and the answer says only that it happened.

import { Fault } from '@shua/assert'
import type { Problem } from '@shua/contract'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { ZodError } from 'zod'

/** Which faults mean that the server is alive but something behind it is not. */
const unavailablePrefixes = ['DATABASE_', 'LINK_']

export function problem(context: Context, status: ContentfulStatusCode, body: Problem): Response {
  return context.json(body, status, { 'cache-control': 'no-store' })
}

export function notFound(context: Context, what: string): Response {
  return problem(context, 404, { code: 'NOT_FOUND', message: `${what} does not exist` })
}

/** Names the first wrong input. The value itself is not repeated: it may be a track. */
export function badInput(context: Context, error: ZodError): Response {
  const issue = error.issues[0]
  const path = issue?.path.map(String).join('.')
  return problem(context, 400, {
    code: 'INPUT_INVALID',
    message: issue ? `input refused: ${issue.code}` : 'input refused',
    ...(path ? { path } : {}),
  })
}

export function failure(context: Context, error: unknown, report: (error: unknown) => void): Response {
  if (error instanceof Fault) {
    const unavailable = unavailablePrefixes.some((prefix) => error.code.startsWith(prefix))
    if (!unavailable) report(error)
    return problem(context, unavailable ? 503 : 500, {
      code: error.code,
      message: error.message,
      ...(error.path === undefined ? {} : { path: error.path }),
    })
  }
  report(error)
  return problem(context, 500, { code: 'INTERNAL', message: 'the server failed while answering' })
}
