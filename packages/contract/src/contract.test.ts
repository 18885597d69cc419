import { describe, expect, it } from 'vitest'
import { apiPath, describedMessageSchema, paymentQuerySchema, terminalInputSchema } from './index.ts'

describe('the payment query', () => {
  it('has a limit of its own when none is asked for', () => {
    expect(paymentQuerySchema.parse({})).toEqual({ limit: 50 })
  })

  it.each([
    ['a limit of none', { limit: '0' }],
    ['a limit above the bound', { limit: '201' }],
    ['a limit that is no number', { limit: 'all' }],
    ['a status that does not exist', { status: 'lost' }],
    ['a terminal id of the wrong length', { terminalId: '123' }],
    ['a search that is longer than any id', { q: '1'.repeat(37) }],
    ['a search with a wildcard', { q: '%' }],
    ['a cursor with a quote', { before: "'" }],
  ])('refuses %s', (_, query) => {
    expect(paymentQuerySchema.safeParse(query).success).toBe(false)
  })
})

describe('the terminal input', () => {
  it.each([
    [{ type: 'key', key: '00' }],
    [{ type: 'key', key: 'enter' }],
    [{ type: 'swipe', card: { by: 'demoCard', cardId: 'insufficient' } }],
    [{ type: 'swipe', card: { by: 'track2', track2: '6225880000000001=30122011234567890123' } }],
    [{ type: 'tearOff', slipId: '17' }],
    [{ type: 'language', language: 'en' }],
  ])('takes %j', (input) => {
    expect(terminalInputSchema.parse(input)).toEqual(input)
  })

  it.each([
    ['a key no terminal has', { type: 'key', key: 'F5' }],
    ['a swipe without a card', { type: 'swipe' }],
    [
      'a track without a separator',
      { type: 'swipe', card: { by: 'track2', track2: '622588000000000130122011234567890123' } },
    ],
    [
      'a track longer than 37 characters can be',
      { type: 'swipe', card: { by: 'track2', track2: `6225880000000001=${'1'.repeat(25)}` } },
    ],
    ['a card named and typed at once', { type: 'swipe', card: { by: 'demoCard', cardId: 'a', track2: '1' } }],
    ['a slip id that walks the disk', { type: 'tearOff', slipId: '../1' }],
    ['a property nobody knows', { type: 'key', key: '1', terminalId: '10000001' }],
  ])('refuses %s', (_, input) => {
    expect(terminalInputSchema.safeParse(input).success).toBe(false)
  })
})

describe('the described message', () => {
  it('keeps subfields of subfields', () => {
    const leaf = {
      path: '55.9F26',
      title: { en: 'Cryptogram' },
      start: 4,
      end: 6,
      raw: '0102',
      value: '0102',
      sensitive: false,
    }
    const message = {
      dialect: 'unionpay-pos',
      mti: '0200',
      mtiName: { en: 'Financial request', zh: '金融交易请求' },
      hex: '020000000102',
      fields: [{ ...leaf, path: '55', children: [leaf] }],
    }
    expect(describedMessageSchema.parse(message)).toEqual(message)
  })
})

describe('the paths', () => {
  it('escape what somebody else named', () => {
    expect(apiPath.slip('10000002', 'a/b')).toBe('/api/terminals/10000002/slips/a%2Fb.svg')
    expect(apiPath.events('x y')).toBe('/api/events?lastEventId=x%20y')
  })
})
