// ISO 4217: the currencies the product knows, with the numeric code that DE 49 carries.

export const currencies = {
  CNY: { numericCode: '156', exponent: 2, symbol: '¥' },
  HKD: { numericCode: '344', exponent: 2, symbol: 'HK$' },
  JPY: { numericCode: '392', exponent: 0, symbol: '¥' },
  MOP: { numericCode: '446', exponent: 2, symbol: 'MOP$' },
  USD: { numericCode: '840', exponent: 2, symbol: '$' },
  KWD: { numericCode: '414', exponent: 3, symbol: 'KD' },
} as const

export type Currency = keyof typeof currencies

const byNumericCode = new Map<string, Currency>(
  (Object.keys(currencies) as Currency[]).map((code) => [currencies[code].numericCode, code]),
)

/** The currency of a DE 49 value, or undefined for one we do not know. */
export function currencyByNumericCode(numericCode: string): Currency | undefined {
  return byNumericCode.get(numericCode)
}
