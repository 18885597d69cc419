// Keeps other sites out while there is no log-in. A page of another site can make a browser call a loopback address, or point
// its own name at it (DNS rebinding), so: the Host must be this machine by address or a name we were told, a changing request
// must come from our own pages, and no answer may be framed, sniffed or read across sites.

import { isIP } from 'node:net'
import type { MiddlewareHandler } from 'hono'
import { problem } from './problem-response.ts'

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
} as const

export const securityHeaders: MiddlewareHandler = async (context, next) => {
  await next()
  for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value)
}

/** A name cannot be rebound when it is no name: addresses pass, and so do `localhost` and the names of the setting. */
function isOwnHost(host: string, allowedHosts: readonly string[]): boolean {
  if (!URL.canParse(`http://${host}`)) return false
  const { hostname } = new URL(`http://${host}`)
  const bare = hostname.replace(/^\[(.*)\]$/, '$1')
  return hostname === 'localhost' || isIP(bare) !== 0 || allowedHosts.includes(hostname)
}

function isOwnOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host
}

/** Refuses foreign hosts, and changes that come from foreign pages or in a form's content type. */
export function requestGuard(allowedHosts: readonly string[]): MiddlewareHandler {
  return async (context, next) => {
    const host = (context.req.header('host') ?? new URL(context.req.url).host).toLowerCase()
    if (!isOwnHost(host, allowedHosts)) {
      return problem(context, 403, { code: 'HOST_FORBIDDEN', message: 'this server does not answer to that host name' })
    }
    if (context.req.method !== 'GET' && context.req.method !== 'HEAD') {
      const origin = context.req.header('origin')
      const site = context.req.header('sec-fetch-site')
      const foreign = (origin && !isOwnOrigin(origin, host)) || (site && site !== 'same-origin' && site !== 'none')
      if (foreign) {
        return problem(context, 403, { code: 'ORIGIN_FORBIDDEN', message: 'changes are taken from our own pages only' })
      }
      // A form of another site cannot send JSON without asking first, and this server never says yes to that question.
      if (!/^application\/json\b/i.test(context.req.header('content-type') ?? '')) {
        return problem(context, 415, { code: 'CONTENT_TYPE', message: 'send application/json' })
      }
    }
    return next()
  }
}
