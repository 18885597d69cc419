import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { formatTrack2, luhnCheckDigit, luhnValid, maskPan, parsePan, parseTrack2, Sensitive } from './index.ts'

describe('card data', () => {
  it('never prints a sensitive value, whatever prints it', () => {
    const pan = parsePan('6225880000000001')!
    const printed = [
      String(pan),
      JSON.stringify({ pan }),
      inspect({ pan }),
      String(new Sensitive('secret')),
      pan.toString(),
    ]
    for (const text of printed) expect(text).not.toMatch(/6225880000000001|secret/)
    expect(pan.reveal()).toBe('6225880000000001')
  })

  it('masks to first six and last four', () => {
    expect(maskPan('6225880000000001')).toBe('622588******0001')
    expect(maskPan('123456789012')).toBe('********9012')
  })

  it.each(['', '12345678901', '12345678901234567890', '62258800000O0001'])('refuses %j as a PAN', (text) => {
    expect(parsePan(text)).toBeUndefined()
  })

  it('reads and writes the track 2 of the public test card', () => {
    const track = parseTrack2(new Sensitive('6225880000000001D30122011234567890123'))!
    expect(track.pan.reveal()).toBe('6225880000000001')
    expect(track.expiry).toBe('3012')
    expect(track.serviceCode).toBe('201')
    expect(formatTrack2(track).reveal()).toBe('6225880000000001D30122011234567890123')
    expect(parseTrack2(new Sensitive('6225880000000001=30122011234567890123'))?.expiry).toBe('3012')
  })

  it.each([
    '6225880000000001',
    '6225880000000001D3013201',
    '6225880000000001D301',
    '6225880000000001D3012201123456789012345',
  ])('refuses %j as track 2', (text) => {
    expect(parseTrack2(new Sensitive(text))).toBeUndefined()
  })

  it('computes check digits', () => {
    expect(luhnValid('5413330089020011')).toBe(true)
    expect(luhnValid('5413330089020012')).toBe(false)
    expect(luhnCheckDigit('12a')).toBeUndefined()
  })
})
