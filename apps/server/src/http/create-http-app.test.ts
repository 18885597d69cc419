import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fault } from '@shua/assert'
import { Sensitive } from '@shua/card-data'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHttpApp, type HttpAppOptions } from './create-http-app.ts'
import type { HttpServices, TerminalCommand } from './http-services.ts'
import { testingPayment, testingServices } from './testing-services.ts'

function app(given: Partial<HttpServices> = {}, options: HttpAppOptions = {}) {
  return createHttpApp(testingServices(given), options).hono
}

function post(path: string, body: unknown, headers: Record<string, string> = {}): [string, RequestInit] {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return [path, { method: 'POST', body: text, headers: { 'content-type': 'application/json', ...headers } }]
}

describe('the guard', () => {
  it.each([
    ['localhost:8080', 200],
    ['LOCALHOST', 200],
    ['127.0.0.1:8080', 200],
    ['[::1]:8080', 200],
    ['192.168.1.20', 200],
    ['till.shop.example:8080', 200],
    ['evil.example', 403],
    ['localhost.evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['', 403],
    ['a b', 403],
  ])('answers a request to host %j with %i', async (host, status) => {
    const response = await app({}, { allowedHosts: ['till.shop.example'] }).request('/api/response-codes', {
      headers: { host },
    })
    expect(response.status).toBe(status)
  })

  it.each([
    ['our own page', { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' }, 200],
    ['a program without a page', {}, 200],
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, 403],
    ['another port of this machine', { origin: 'http://localhost:3000' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
    ['an old browser that hides the origin but tells the site', { 'sec-fetch-site': 'same-site' }, 403],
  ])('takes a change from %s with the right status', async (_, headers, status) => {
    const terminals = { ...testingServices().terminals, input: () => Promise.resolve(undefined) }
    const request = post('/api/terminals/10000002/input', { type: 'key', key: '1' }, { host: 'localhost', ...headers })
    expect((await app({ terminals }).request(...request)).status).toBe(status === 200 ? 404 : status)
  })

  it('refuses a form of another page, which a browser sends without asking first', async () => {
    const request = post('/api/terminals/10000002/input', '{"type":"key","key":"1"}', { 'content-type': 'text/plain' })
    expect((await app().request(...request)).status).toBe(415)
  })

  it('sets the headers that keep other sites and inline code out, on answers and on refusals alike', async () => {
    for (const path of ['/api/response-codes', '/api/nothing', '/nothing.js']) {
      const { headers } = await app().request(path)
      expect(headers.get('content-security-policy')).toContain("script-src 'self';")
      expect(headers.get('content-security-policy')).not.toContain('unsafe')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('access-control-allow-origin')).toBeNull()
    }
  })
})

describe('the API', () => {
  it('answers payments as asked for', async () => {
    let asked: unknown
    const payments: HttpServices['payments'] = (query) => {
      asked = query
      return Promise.resolve({ items: [testingPayment], nextBefore: 'c1' })
    }
    const response = await app({ payments }).request('/api/payments?limit=5&status=approved&q=112207000123')
    expect(asked).toEqual({ limit: 5, status: 'approved', q: '112207000123' })
    expect(await response.json()).toEqual({ items: [testingPayment], nextBefore: 'c1' })
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it('names the wrong input without repeating it', async () => {
    const track = '6225880000000001=3012'
    const request = post('/api/terminals/10000002/input', { type: 'swipe', card: { by: 'track2', track2: track } })
    const response = await app().request(...request)
    const body = await response.text()
    expect(response.status).toBe(400)
    expect(JSON.parse(body)).toMatchObject({ code: 'INPUT_INVALID', path: 'card.track2' })
    expect(body).not.toContain('622588')
  })

  it('wraps a typed track before handing it on, with the separator of the wire', async () => {
    let taken: TerminalCommand | undefined
    const terminals: HttpServices['terminals'] = {
      ...testingServices().terminals,
      input: (_, command) => {
        taken = command
        return Promise.resolve(undefined)
      },
    }
    const track2 = '6225880000000001=30122011234567890123'
    await app({ terminals }).request(
      ...post('/api/terminals/10000002/input', { type: 'swipe', card: { by: 'track2', track2 } }),
    )
    const typed = taken as Extract<TerminalCommand, { card: { by: 'track2' } }>
    expect(typed.card.track2).toBeInstanceOf(Sensitive)
    expect(typed.card.track2.reveal()).toBe('6225880000000001D30122011234567890123')
    expect(JSON.stringify(taken)).not.toContain('622588')
  })

  it.each([
    ['no JSON', '{', 400],
    ['JSON that is no input', '[]', 400],
    ['more than any input can be', JSON.stringify({ type: 'key', key: 'x'.repeat(5000) }), 413],
  ])('refuses a body with %s', async (_, body, status) => {
    const headers = { 'content-length': String(body.length) }
    expect((await app().request(...post('/api/terminals/10000002/input', body, headers))).status).toBe(status)
  })

  it.each([
    '/api/nothing',
    '/api/payments/not-a-uuid/xray',
    '/api/terminals/1/view',
    '/api/terminals/10000002/slips/1.png',
  ])('answers 404 as JSON for %s', async (path) => {
    const response = await app().request(path)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'NOT_FOUND' })
  })

  it.each([
    ['a fault of the database', new Fault('DATABASE_DOWN', 'the database cannot be reached'), 503, 'DATABASE_DOWN'],
    ['another fault', new Fault('LEDGER_BROKEN', 'the ledger is not in balance'), 500, 'LEDGER_BROKEN'],
    ['a bug', new Error('select * from card where pan = 6225880000000001'), 500, 'INTERNAL'],
  ])('answers %s with its status and reports what is ours', async (_, error, status, code) => {
    const reports: unknown[] = []
    const services = { overview: () => Promise.reject(error) }
    const response = await app(services, { report: (it) => reports.push(it) }).request('/api/overview')
    const body = await response.text()
    expect(response.status).toBe(status)
    expect(JSON.parse(body)).toMatchObject({ code })
    expect(body).not.toContain('622588')
    expect(reports).toEqual(status === 503 ? [] : [error])
  })

  it('serves a slip as SVG', async () => {
    const terminals = { ...testingServices().terminals, slipSvg: () => Promise.resolve('<svg/>') }
    const response = await app({ terminals }).request('/api/terminals/10000002/slips/s-1.svg')
    expect(response.headers.get('content-type')).toContain('image/svg+xml')
    expect(await response.text()).toBe('<svg/>')
  })

  it('tells every response code of the scheme in both languages', async () => {
    const { items } = (await (await app().request('/api/response-codes')).json()) as { items: { code: string }[] }
    expect(items.find((item) => item.code === '51')).toMatchObject({
      meaning: { zh: '余额不足', en: 'Insufficient funds' },
    })
    expect(items.length).toBeGreaterThan(60)
  })
})

describe('the static files', () => {
  let directory: string
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'shua-static-'))
    mkdirSync(join(directory, 'web/assets'), { recursive: true })
    writeFileSync(join(directory, 'secret.json'), '{}')
    writeFileSync(join(directory, 'web/index.html'), '<!doctype html><title>Shua</title>')
    writeFileSync(join(directory, 'web/assets/main-abc.js'), 'let a = 1\n'.repeat(200))
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  const served = () => app({}, { staticDir: join(directory, 'web') })

  it.each(['/', '/live', '/xray/0198f5a0-7c11-7cc4-8d35-2f3a1b8e0001', '/index.html'])(
    'answers %s with the page, never kept without asking',
    async (path) => {
      const response = await served().request(path)
      expect(response.status).toBe(200)
      expect(await response.text()).toContain('<title>Shua</title>')
      expect(response.headers.get('cache-control')).toBe('no-cache')
      const again = await served().request(path, { headers: { 'if-none-match': response.headers.get('etag') ?? '' } })
      expect(again.status).toBe(304)
    },
  )

  it('keeps a hashed file for ever and sends it compressed when asked', async () => {
    const plain = await served().request('/assets/main-abc.js')
    const packed = await served().request('/assets/main-abc.js', { headers: { 'accept-encoding': 'gzip, br' } })
    expect(plain.headers.get('cache-control')).toContain('immutable')
    expect(packed.headers.get('content-encoding')).toBe('gzip')
    expect((await packed.arrayBuffer()).byteLength).toBeLessThan((await plain.arrayBuffer()).byteLength)
  })

  it.each([
    '/assets/main-old.js',
    '/../secret.json',
    '/%2e%2e/secret.json',
    '/..%2fsecret.json',
    '/assets/../../secret.json',
  ])('never leaves its directory: %s', async (path) => {
    const response = await served().request(path)
    expect(await response.text()).not.toBe('{}')
  })
})
