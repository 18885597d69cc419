import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isBusinessDate, paymentIdsOfBusinessDate } from './clearing-source.ts'
import { localTime } from './local-time.ts'
import { paymentIdAt } from './payment-id.ts'

it('the ids of a business day are in its range, and those of two days later are not', () => {
  const anyTime = fc.date({ min: new Date('2020-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
  fc.assert(
    fc.property(anyTime, fc.uint8Array({ minLength: 10, maxLength: 10 }), (at, random) => {
      const { after, upTo } = paymentIdsOfBusinessDate(localTime(at).isoDate)
      const id = paymentIdAt(at, random)
      expect(id > after && id <= upTo).toBe(true)
      expect(paymentIdAt(new Date(at.getTime() + 2 * 86_400_000), random) > upTo).toBe(true)
      expect(paymentIdAt(new Date(at.getTime() - 2 * 86_400_000), random) <= after).toBe(true)
    }),
  )
})

it.each([
  ['2026-07-01', true],
  ['2028-02-29', true],
  ['2026-02-29', false],
  ['2026-13-01', false],
  ['2026-7-1', false],
  ['20260701', false],
  ['2026-07-01 ', false],
  ['', false],
])('%j is a business date: %s', (text, expected) => {
  expect(isBusinessDate(text)).toBe(expected)
})
