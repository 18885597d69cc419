// What a server shows of itself, scraped over HTTP while an outside terminal pays.

import { eventually } from '@shua/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findCardData, metricCatalogue } from '@shua/telemetry'
import { demoCard, openTerminal } from '../protocol/demo-terminal.ts'
import type { TerminalSession } from '../protocol/independent-client/terminal-session.ts'
import { encodeMessage } from '../protocol/independent-client/wire-message.ts'
import { openServer, type OpenServer } from './open-server.ts'
import { readMetrics, type MetricsPage } from './read-metrics.ts'

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
  pos.connection.close()
  await open.close()
})

async function scrape(): Promise<MetricsPage> {
  const response = await open.get('/metrics')
  expect(response.status).toBe(200)
  return readMetrics(await response.text())
}

describe('/metrics', () => {
  it('counts payments by kind and response code, and times them', async () => {
    const before = await scrape()
    const sale = await pos.pay({ kind: 'sale', ...swiped, amount: 10_00 })
    await pos.pay({ kind: 'sale', card: demoCard('low-balance'), entry: 'swipe', pin: '123456', amount: 10_00 })
    await pos.pay({ kind: 'balance', ...swiped })
    await pos.reverse(sale.request)
    // Refused by the acquirer itself, so the switch never heard its kind: a trace used twice.
    await pos.payWith(sale.request, { kind: 'sale', ...swiped, amount: 10_00 })
    const after = await scrape()
    const grown = (name: string, labels: Record<string, string>): number =>
      (after.value(name, labels) ?? 0) - (before.value(name, labels) ?? 0)
    const payments = (kind: string, code: string): number => grown('shua_payments_total', { kind, response_code: code })
    expect([
      payments('purchase', '00'),
      payments('purchase', '51'),
      payments('purchase', '94'),
      payments('balanceInquiry', '00'),
      payments('reversal', '00'),
    ]).toEqual([1, 1, 1, 1, 1])
    expect(grown('shua_authorization_duration_seconds_count', { outcome: 'approved' })).toBe(3)
    expect(grown('shua_authorization_duration_seconds_count', { outcome: 'declined' })).toBe(2)
    expect(grown('shua_messages_total', { mti: '0200', outcome: 'approved' })).toBe(2)
    expect(grown('shua_messages_total', { mti: '0200', outcome: 'declined' })).toBe(2)
    // The repeated trace is in a batch of the acquirer that the switch is not asked about.
    expect(grown('shua_batch_payments_count', {})).toBe(4)
    expect(grown('shua_batch_payments_sum', {})).toBe(4)
  })

  it('tells a payment that was refused at the door by its own kind', async () => {
    const forged = pos.sealed(pos.paymentRequest({ kind: 'preAuthorisation', ...swiped, amount: 10_00 }))
    await pos.send({ ...forged, fields: { ...forged.fields, 64: 'FF'.repeat(8) } })
    const series = { kind: 'preAuthorization', response_code: 'A0' }
    expect((await scrape()).value('shua_payments_total', series)).toBe(1)
  })

  it('shows the link, the database, the traces and the disk', async () => {
    await open.server.network.traces.flush()
    const page = await scrape()
    expect(page.value('shua_link_connections')).toBeGreaterThanOrEqual(1)
    expect(page.value('shua_link_in_flight')).toBe(0)
    expect(page.value('shua_lane_waiting')).toBe(0)
    expect(page.value('shua_link_frames_total', { direction: 'in' })).toBeGreaterThan(5)
    expect(page.value('shua_database_up')).toBe(1)
    expect(page.value('shua_database_connections', { state: 'active' })).toBeGreaterThanOrEqual(1)
    expect(page.value('shua_database_call_duration_seconds_count', { call: 'transaction' })).toBeGreaterThan(3)
    expect(page.value('shua_traces_waiting')).toBe(0)
    expect(page.value('shua_traces_dropped_total', { reason: 'database' })).toBe(0)
    expect(page.value('shua_traces_dropped_total', { reason: 'load' })).toBe(0)
    expect(page.value('shua_terminals_active')).toBeGreaterThanOrEqual(3)
    expect(page.value('shua_terminals_signed_on')).toBeGreaterThanOrEqual(1)
    expect(page.value('shua_reversals_pending')).toBe(0)
    expect(page.value('shua_settlement_cases_open')).toBe(0)
    expect(page.value('shua_disk_size_bytes')).toBeGreaterThan(page.value('shua_disk_free_bytes') ?? Infinity)
    expect(page.value('process_resident_memory_bytes')).toBeGreaterThan(1_000_000)
    expect(page.value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0)
  })

  it('counts a connection that was dropped, by reason', async () => {
    const rude = await openTerminal(open.terminalPort, '10000001')
    // A frame that announces no bytes.
    rude.connection.sendRaw(Buffer.from([0, 0]))
    await eventually(
      async () => expect((await scrape()).value('shua_link_dropped_total', { reason: 'frameEmpty' })).toBe(1),
      { timeoutMs: 10_000 },
    )
    rude.connection.close()
  })

  it('declares every metric of the catalogue', async () => {
    const { names } = await scrape()
    expect(Object.values(metricCatalogue).filter(({ name }) => !names.has(name))).toEqual([])
  })

  it('keeps labels few, whatever a peer sends, and names neither card nor terminal', async () => {
    const before = (await scrape()).series('shua_payments_total').length
    const request = pos.sealed(pos.paymentRequest({ kind: 'sale', ...swiped, amount: 1_00 }))
    for (let count = 0; count < 40; count += 1) {
      const processingCode = `${50 + count}0000`
      const bytes = encodeMessage({ ...request, fields: { ...request.fields, 3: processingCode } })
      await pos.connection.exchange(bytes)
    }
    const text = await (await open.get('/metrics')).text()
    expect(readMetrics(text).series('shua_payments_total').length).toBeLessThanOrEqual(before + 2)
    expect(text).not.toContain(card.pan)
    const labels = [...text.matchAll(/"([^"]*)"/g)].map((match) => match[1]).join('\n')
    // Labels only: the digits of a measured value may look like anything.
    expect(labels).not.toMatch(/1000000\d/)
    expect(findCardData(labels, { testBins: ['622588'] })).toEqual([])
  })
})

describe('for programs that watch', () => {
  it.each(['/metrics', '/health/live', '/health/ready'])('%s answers to any host name, reads only', async (path) => {
    expect(await open.statusAs('shua.cluster.internal:8080', path)).toBe(200)
    const { headers } = await open.get(path)
    expect([headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual(['no-store', 'nosniff'])
    const changed = await fetch(`${open.server.http.url}${path}`, { method: 'POST', body: '{}' })
    expect(changed.status).toBe(415)
  })

  it.each(['/api/overview', '/', '/health', '/metrics/x'])('the guard still stands before %s', async (path) => {
    expect(await open.statusAs('evil.example', path)).toBe(403)
  })
})
