// The spans of a payment, as a tracer provider that somebody registered in the process receives them, and that nothing is made
// when nobody did.

import {
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type HrTime,
  type Span,
  type SpanContext,
  type SpanOptions,
  type SpanStatus,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api'
import { findCardData } from '@shua/telemetry'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoCard, openTerminal } from '../protocol/demo-terminal.ts'
import type { TerminalSession } from '../protocol/independent-client/terminal-session.ts'
import { openServer, type OpenServer } from './open-server.ts'

interface RecordedSpan {
  readonly name: string
  readonly id: string
  readonly traceId: string
  readonly parentId: string | undefined
  readonly startNs: bigint
  endNs: bigint | undefined
  readonly attributes: Attributes
  readonly events: { name: string; attributes: Attributes; atNs: bigint }[]
  status: SpanStatus
}

function nanoseconds(time: unknown): bigint {
  const [seconds, nanos] = time as HrTime
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos)
}

/** Keeps every span in memory. */
class MemoryProvider implements TracerProvider {
  readonly spans: RecordedSpan[] = []
  fails = false
  readonly #tracer: Tracer = {
    startSpan: (name, options, context) => {
      if (this.fails) throw new Error('broken exporter')
      return this.#start(name, options ?? {}, context ?? ROOT_CONTEXT)
    },
    startActiveSpan: () => {
      throw new Error('no span is made active')
    },
  }

  getTracer(): Tracer {
    return this.#tracer
  }

  #start(name: string, options: SpanOptions, context: Context): Span {
    const parent = trace.getSpanContext(context)
    const id = String(this.spans.length + 1).padStart(16, '0')
    const spanContext: SpanContext = { traceId: parent?.traceId ?? id.padStart(32, 'a'), spanId: id, traceFlags: 1 }
    const recorded: RecordedSpan = {
      name,
      id,
      traceId: spanContext.traceId,
      parentId: parent?.spanId,
      startNs: nanoseconds(options.startTime),
      endNs: undefined,
      attributes: { ...options.attributes },
      events: [],
      status: { code: SpanStatusCode.UNSET },
    }
    this.spans.push(recorded)
    const span: Span = {
      spanContext: () => spanContext,
      isRecording: () => true,
      setAttribute: (key, value) => span.setAttributes({ [key]: value }),
      setAttributes: (attributes) => (Object.assign(recorded.attributes, attributes), span),
      addEvent: (event, attributes, time) => {
        recorded.events.push({ name: event, attributes: attributes as Attributes, atNs: nanoseconds(time) })
        return span
      },
      addLink: () => span,
      addLinks: () => span,
      setStatus: (status) => ((recorded.status = status), span),
      updateName: () => span,
      end: (time) => {
        expect(recorded.endNs, 'a span ends once').toBeUndefined()
        recorded.endNs = nanoseconds(time)
      },
      recordException: () => undefined,
    }
    return span
  }
}

const card = demoCard('approved')
const swiped = { card, entry: 'swipe', pin: card.pin } as const

let open: OpenServer
let pos: TerminalSession

beforeAll(async () => {
  open = await openServer()
  pos = await openTerminal(open.terminalPort, '10000001')
  await pos.signOn('003')
})

afterAll(async () => {
  trace.disable()
  pos.connection.close()
  await open.close()
})

/** A tracer stays with the first provider it meets, so the whole file has this one. */
const provider = new MemoryProvider()

/** The spans made while the work runs; the answer comes after its spans. */
async function spansOf(work: () => Promise<unknown>): Promise<RecordedSpan[]> {
  provider.spans.length = 0
  await work()
  return [...provider.spans]
}

describe('the spans of a payment', () => {
  it('none while nobody registered a provider; one that comes later sees the next payment', async () => {
    const alone = await pos.pay({ kind: 'sale', ...swiped, amount: 1_00 })
    expect([alone.answer.fields[39], provider.spans]).toEqual(['00', []])
    expect(trace.setGlobalTracerProvider(provider)).toBe(true)
    const spans = await spansOf(() => pos.pay({ kind: 'sale', ...swiped, amount: 1_00 }))
    expect(spans[0]?.name).toBe('payment')
  })

  it('a purchase: one trace, each hop inside the one before it', async () => {
    const spans = await spansOf(() => pos.pay({ kind: 'sale', ...swiped, amount: 10_00 }))
    expect(spans.map(({ name }) => name)).toEqual(['payment', 'acquirer', 'switch', 'issuer', 'ledger'])
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1)
    for (const [index, span] of spans.entries()) {
      const outer = spans[index - 1]
      expect([span.name, span.parentId]).toEqual([span.name, outer?.id])
      expect(span.endNs! >= span.startNs).toBe(true)
      if (outer)
        expect([span.name, span.startNs >= outer.startNs, span.endNs! <= outer.endNs!]).toEqual([span.name, true, true])
      for (const { atNs } of span.events) expect(atNs >= span.startNs && atNs <= span.endNs!).toBe(true)
    }
    const [payment, acquirer, network, issuer, ledger] = spans
    expect(payment?.attributes).toMatchObject({
      'shua.payment.kind': 'purchase',
      'shua.mti': '0200',
      'shua.outcome': 'approved',
      'shua.response_code': '00',
      'shua.terminal.id': '10000001',
      'shua.payment.id': expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    })
    expect(acquirer?.events.map(({ name }) => name)).toContain('not a duplicate')
    expect(network?.events.map(({ name }) => name)).toEqual(['route by BIN', 'PIN translation', 'issuer answered'])
    expect(issuer?.events[0]).toMatchObject({ name: 'card known', attributes: { 'shua.outcome': 'ok' } })
    expect(ledger?.events.length).toBeGreaterThan(0)
    expect(payment?.status.code).toBe(SpanStatusCode.UNSET)
  })

  it('a decline names its reason; a sign-on is no payment; neither carries card data', async () => {
    const spans = await spansOf(async () => {
      await pos.pay({ kind: 'sale', ...swiped, pin: '739518', amount: 10_00 })
      await pos.echo()
    })
    expect(spans.map(({ name }) => name)).toEqual(['payment', 'acquirer', 'switch', 'issuer'])
    expect(spans[0]?.attributes).toMatchObject({
      'shua.outcome': 'declined',
      'shua.reason': 'pinWrong',
      'shua.response_code': '55',
    })
    const text = JSON.stringify(
      spans.map(({ name, attributes, events }) => [
        name,
        attributes,
        events.map((event) => [event.name, event.attributes]),
      ]),
    )
    expect(findCardData(text, { testBins: ['622588'] })).toEqual([])
    expect(text).not.toContain('622588')
  })

  it('a provider that fails costs no payment its answer', async () => {
    provider.fails = true
    const exchange = await pos.pay({ kind: 'sale', ...swiped, amount: 1_00 })
    provider.fails = false
    expect(exchange.answer.fields[39]).toBe('00')
    const page = await (await open.get('/metrics')).text()
    expect(page).toMatch(/^shua_faults_total\{where="metrics"\} 1$/m)
  })
})
