import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { currencies, currencyByNumericCode, formatAmount, money, parseAmount, shareOf, type Currency } from './index.ts'

describe('money', () => {
  it.each([
    [1234567n, 'CNY', '12,345.67'],
    [5n, 'CNY', '0.05'],
    [-100n, 'CNY', '-1.00'],
    [1234n, 'JPY', '1,234'],
    [1n, 'KWD', '0.001'],
  ] as const)('prints %s minor units of %s as %s', (minorUnits, currency, text) => {
    expect(formatAmount(money(minorUnits, currency))).toBe(text)
  })

  it('reads back every amount it prints', () => {
    const anyCurrency = fc.constantFrom(...(Object.keys(currencies) as Currency[]))
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 18n), anyCurrency, (minorUnits, currency) => {
        expect(parseAmount(formatAmount(money(minorUnits, currency)), currency)).toEqual({ minorUnits, currency })
      }),
    )
  })

  it.each(['', '1.234', '1,23', '-1', '1.', '.5', '１', '1e3', '1 000'])('refuses %j as CNY', (text) => {
    expect(() => parseAmount(text, 'CNY')).toThrow(expect.objectContaining({ code: 'MONEY_FORMAT' }))
  })

  it('rounds a share down, so a completion never exceeds the permitted share', () => {
    expect(shareOf(money(3n, 'CNY'), 115n).minorUnits).toBe(3n)
    expect(shareOf(money(100n, 'CNY'), 115n).minorUnits).toBe(115n)
  })

  it('knows the numeric codes of DE 49', () => {
    expect(currencyByNumericCode('156')).toBe('CNY')
    expect(currencyByNumericCode('999')).toBeUndefined()
  })
})
