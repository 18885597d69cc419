import { describe, expect, it } from 'vitest'
import { en, type TextKey } from './en.ts'
import { amountText, durationText, isToday, plainName } from './format.ts'
import { zh } from './zh.ts'

const places = (text: string) => new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))

describe('the words', () => {
  it.each(Object.keys(en) as TextKey[])(
    '%s says something in both languages, with the same values filled in',
    (key) => {
      expect(en[key]).not.toBe('')
      expect(zh[key]).not.toBe('')
      expect(places(zh[key])).toEqual(places(en[key]))
    },
  )

  it('shout in neither language', () => {
    for (const text of [...Object.values(en), ...Object.values(zh)]) expect(text).not.toMatch(/[!！]/)
  })
})

describe('figures', () => {
  it.each([
    ['12800', 'CNY', '128.00'],
    ['123456789012345', 'CNY', '1,234,567,890,123.45'],
    ['1234', 'JPY', '1,234'],
    ['-2800', 'CNY', '-28.00'],
    ['1234', 'XXX', '1234'],
  ])('shows %s of %s as %s', (minor, currency, text) => {
    expect(amountText(minor, currency)).toBe(text)
  })

  it.each([
    [310, '0.31 ms'],
    [8421, '8.42 ms'],
    [12_345, '12.3 ms'],
    [151_000, '151 ms'],
    [1_200_000, '1.20 s'],
  ])('shows %i µs as %s', (us, text) => {
    expect(durationText(us)).toBe(text)
  })

  it.each([
    // Midnight of the terminals' place is 16:00 UTC.
    ['2026-11-22T16:00:00.000Z', '2026-11-23T15:59:59.000Z', true],
    ['2026-11-22T15:59:59.000Z', '2026-11-22T16:00:00.000Z', false],
  ])('takes %s, seen at %s, for the same day of the place: %s', (iso, now, same) => {
    expect(isToday(iso, new Date(now))).toBe(same)
  })

  it.each([
    ['verifyMac', 'verify mac'],
    ['stop list', 'stop list'],
    ['card_known', 'card known'],
  ])('reads the name %s as %s', (name, text) => {
    expect(plainName(name)).toBe(text)
  })
})
