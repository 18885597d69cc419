// A span for each payment and one for each hop of it, through OpenTelemetry's API only: whoever runs the server and wants
// them registers a tracer provider in the process; without one nothing is made beyond a single call that answers "no".
// The spans are told after the answer, from the trace that every payment has anyway, so they never delay one. They carry
// the names and outcomes of the steps, not their details: those are for the X-ray behind the house's own doors.

import type { AcquirerEvent } from '@shua/acquirer'
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type HrTime,
  type Tracer,
} from '@opentelemetry/api'
import type { TraceEvent } from '@shua/telemetry'
import type { PaymentKind } from './payment-kinds.ts'

/** From the outside in: each hop works inside the one before it. */
const hops = ['acquirer', 'switch', 'issuer', 'ledger'] as const

interface Hop {
  readonly name: (typeof hops)[number]
  readonly fromUs: number
  readonly toUs: number
  readonly events: readonly TraceEvent[]
}

export type RecordPaymentSpans = (event: AcquirerEvent, kind: PaymentKind) => void

export function createPaymentSpans(tracer: Tracer = trace.getTracer('shua')): RecordPaymentSpans {
  return (event, kind) => {
    const payment = tracer.startSpan('payment', { kind: SpanKind.SERVER, startTime: timeAt(event.at, 0) }, ROOT_CONTEXT)
    if (!payment.isRecording()) return
    payment.setAttributes({
      'shua.payment.kind': kind,
      'shua.mti': event.mti,
      'shua.outcome': event.outcome,
      ...(event.paymentId === undefined ? {} : { 'shua.payment.id': event.paymentId }),
      ...(event.responseCode === undefined ? {} : { 'shua.response_code': event.responseCode }),
      ...(event.reason === undefined ? {} : { 'shua.reason': event.reason }),
      ...(event.terminalId === undefined ? {} : { 'shua.terminal.id': event.terminalId }),
      ...(event.stan === undefined ? {} : { 'shua.stan': event.stan }),
    })
    if (event.outcome === 'unknown') payment.setStatus({ code: SpanStatusCode.ERROR, message: 'no answer' })
    let parent = trace.setSpan(ROOT_CONTEXT, payment)
    for (const hop of hopsOf(event)) parent = recordHop(tracer, parent, hop, event.at)
    payment.end(timeAt(event.at, event.durationUs))
  }
}

/** Answers the context in which the next hop lies. */
function recordHop(tracer: Tracer, parent: Context, hop: Hop, at: Date): Context {
  const span = tracer.startSpan(hop.name, { kind: SpanKind.INTERNAL, startTime: timeAt(at, hop.fromUs) }, parent)
  for (const { name, kind, outcome, atUs } of hop.events) {
    span.addEvent(name, { 'shua.step': kind, 'shua.outcome': outcome }, timeAt(at, atUs))
  }
  span.end(timeAt(at, hop.toUs))
  return trace.setSpan(parent, span)
}

/**
 * A hop begins when the one before it last spoke and ends with its own last word, or that of a hop inside it; the first
 * lasts from the message to its answer.
 */
function hopsOf({ trace: { events }, durationUs }: AcquirerEvent): Hop[] {
  const found: Hop[] = []
  for (const name of hops) {
    const first = events.findIndex((event) => event.lane === name)
    if (name === 'acquirer') found.push({ name, fromUs: 0, toUs: durationUs, events: events.filter(isOf(name)) })
    else if (first !== -1) {
      const inside = new Set<TraceEvent['lane']>(hops.slice(hops.indexOf(name)))
      const last = events.filter(({ lane }) => inside.has(lane)).at(-1)
      found.push({
        name,
        fromUs: events[first - 1]?.atUs ?? 0,
        toUs: last?.atUs ?? durationUs,
        events: events.filter(isOf(name)),
      })
    }
  }
  return found
}

function isOf(name: Hop['name']): (event: TraceEvent) => boolean {
  return ({ lane }) => lane === name
}

/** Seconds and nanoseconds, the one form of time that no provider takes for anything else. */
function timeAt(begin: Date, afterUs: number): HrTime {
  const ms = begin.getTime()
  const us = (ms % 1000) * 1000 + Math.max(0, Math.round(afterUs))
  return [Math.floor(ms / 1000) + Math.floor(us / 1_000_000), (us % 1_000_000) * 1000]
}
