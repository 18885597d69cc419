// The switch: finds the issuer of each card, translates PINs into the issuer's zone, and hands every issuer its part of the
// batch. An issuer that throws or stays silent leaves the outcome unknown, never declined: the request may have taken effect,
// and only a reversal, a found original or a person can settle it.

import { assert, Fault } from '@shua/assert'
import {
  requestWithPin,
  type AnnouncedRequest,
  type EnteredPin,
  type Issuer,
  type PaymentAnswer,
  type PaymentRequest,
  type Switch,
} from '@shua/scheme'
import type { SecurityModule } from '@shua/security-module'
import { BinTable } from './bin-table.ts'
import { translatePin, type ZonePin } from './translate-pin.ts'

/** One issuer and the cards it answers for. */
export interface Route<Tx> {
  /** The leading digits of its cards; the longest match of all routes wins. */
  readonly bins: readonly string[]
  /** Institution code, shown by the X-ray. */
  readonly issuerId: string
  readonly issuer: Issuer<Tx>
  /** The PIN key shared with this issuer. */
  readonly zonePin: ZonePin
  /**
   * How long a remote issuer may take. Left out for one that works inside the caller's transaction: its statements have
   * their own time-out, and going on without it while it still writes would break the transaction.
   */
  readonly timeoutMs?: number
}

export interface SwitchOptions<Tx> {
  readonly routes: readonly Route<Tx>[]
  readonly securityModule: SecurityModule
  /** Hears why an outcome is unknown, or why a PIN could not be brought to the issuer. */
  readonly onIssuerFailure?: (failure: { readonly issuerId: string; readonly cause: unknown }) => void
}

/** Faults: SWITCH_BIN, SWITCH_BIN_TWICE. */
export function createSwitch<Tx>(options: SwitchOptions<Tx>): Switch<Tx> {
  const table = new BinTable(options.routes)
  return {
    announce: (requests, tx) => announceBatch(table, requests, tx),
    route: async (requests, tx) => await routeBatch(options, table, requests, tx),
  }
}

function announceBatch<Tx>(table: BinTable<Route<Tx>>, requests: readonly AnnouncedRequest[], tx: Tx): void {
  const parts = new Map<Route<Tx>, AnnouncedRequest[]>()
  for (const request of requests) {
    const route = table.find(request.pan)
    if (route?.issuer.announce === undefined) continue
    const part = parts.get(route)
    if (part) part.push(request)
    else parts.set(route, [request])
  }
  for (const [{ issuer }, part] of parts) issuer.announce?.(part, tx)
}

interface Part<Tx> {
  readonly route: Route<Tx>
  readonly positions: number[]
  readonly requests: PaymentRequest[]
}

async function routeBatch<Tx>(
  options: SwitchOptions<Tx>,
  table: BinTable<Route<Tx>>,
  requests: readonly PaymentRequest[],
  tx: Tx,
): Promise<PaymentAnswer[]> {
  const answers = new Map<number, PaymentAnswer>()
  const parts = new Map<Route<Tx>, Part<Tx>>()
  requests.forEach((request, position) => {
    const routed = routeOne(options, table, request)
    if ('answer' in routed) {
      answers.set(position, routed.answer)
      return
    }
    const part = parts.get(routed.route) ?? { route: routed.route, positions: [], requests: [] }
    part.positions.push(position)
    part.requests.push(routed.request)
    parts.set(routed.route, part)
  })
  await Promise.all(
    [...parts.values()].map(async (part) => {
      const partAnswers = await askIssuer(options, part, tx)
      part.positions.forEach((position, index) => answers.set(position, partAnswers[index] ?? { outcome: 'unknown' }))
    }),
  )
  return requests.map((_, position) => {
    const answer = answers.get(position)
    assert(answer, 'every request has its answer')
    return answer
  })
}

function routeOne<Tx>(
  options: SwitchOptions<Tx>,
  table: BinTable<Route<Tx>>,
  request: PaymentRequest,
): { answer: PaymentAnswer } | { route: Route<Tx>; request: PaymentRequest } {
  const { observer } = request
  const route = table.find(request.card.pan)
  if (!route) {
    observer.event({ lane: 'switch', kind: 'check', name: 'route by BIN', outcome: 'refused' })
    return { answer: { outcome: 'declined', reason: 'issuerUnknown' } }
  }
  const detail = { issuer: route.issuerId }
  observer.event({ lane: 'switch', kind: 'check', name: 'route by BIN', outcome: 'ok', detail })
  return request.pin ? withZonePin(options, route, request, request.pin) : { route, request }
}

/** A PIN that cannot be brought to the issuer stops its own payment only; nothing was sent, so it is a plain decline. */
function withZonePin<Tx>(
  { securityModule, onIssuerFailure }: SwitchOptions<Tx>,
  route: Route<Tx>,
  request: PaymentRequest,
  pin: EnteredPin,
): { answer: PaymentAnswer } | { route: Route<Tx>; request: PaymentRequest } {
  const report = (outcome: 'ok' | 'refused'): void => {
    if (!request.observer.recording) return
    const detail = { from: String(pin.format), to: String(route.zonePin.format) }
    request.observer.event({ lane: 'switch', kind: 'check', name: 'PIN translation', outcome, detail })
  }
  try {
    const translated = translatePin(securityModule, { pin, pan: request.card.pan, zone: route.zonePin })
    report(translated === 'malformed' ? 'refused' : 'ok')
    if (translated === 'malformed') return { answer: { outcome: 'declined', reason: 'pinBlockMalformed' } }
    return { route, request: requestWithPin(request, translated) }
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause
    report('refused')
    onIssuerFailure?.({ issuerId: route.issuerId, cause })
    return { answer: { outcome: 'declined', reason: 'issuerUnreachable' } }
  }
}

async function askIssuer<Tx>(
  options: SwitchOptions<Tx>,
  { route, requests }: Part<Tx>,
  tx: Tx,
): Promise<readonly PaymentAnswer[]> {
  const { issuerId } = route
  try {
    const answers = await withTimeout(route.issuer.authorize(requests, tx), route.timeoutMs)
    assert(answers.length === requests.length, 'an issuer answers every request')
    for (const [index, answer] of answers.entries()) reportAnswer(requests[index]!, issuerId, answer)
    return answers
  } catch (cause) {
    options.onIssuerFailure?.({ issuerId, cause })
    return requests.map((request) => {
      const unknown: PaymentAnswer = { outcome: 'unknown' }
      reportAnswer(request, issuerId, unknown)
      return unknown
    })
  }
}

function reportAnswer({ observer }: PaymentRequest, issuerId: string, answer: PaymentAnswer): void {
  if (!observer.recording) return
  const outcome = answer.outcome === 'approved' ? 'ok' : answer.outcome === 'declined' ? 'refused' : 'info'
  const reason = answer.outcome === 'declined' ? { reason: answer.reason } : {}
  const detail = { issuer: issuerId, answer: answer.outcome, ...reason }
  observer.event({ lane: 'switch', kind: 'step', name: 'issuer answered', outcome, detail })
}

async function withTimeout<T>(work: Promise<T>, timeoutMs: number | undefined): Promise<T> {
  if (timeoutMs === undefined) return await work
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
