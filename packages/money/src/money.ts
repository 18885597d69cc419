// Amounts are integers of minor units with a currency. There are no floats and no assumed number of decimals.

import { assert, Fault } from '@shua/assert'
import { currencies, type Currency } from './currency.ts'

export interface Money {
  readonly minorUnits: bigint
  readonly currency: Currency
}

export function money(minorUnits: bigint, currency: Currency): Money {
  return { minorUnits, currency }
}

export function add(a: Money, b: Money): Money {
  assert(a.currency === b.currency, 'amounts of one currency are added')
  return { minorUnits: a.minorUnits + b.minorUnits, currency: a.currency }
}

export function subtract(a: Money, b: Money): Money {
  assert(a.currency === b.currency, 'amounts of one currency are subtracted')
  return { minorUnits: a.minorUnits - b.minorUnits, currency: a.currency }
}

export function isPositive(amount: Money): boolean {
  return amount.minorUnits > 0n
}

/** A share of an amount in percent, rounded down to the minor unit (115 % of 0.03 is 0.03). */
export function shareOf(amount: Money, percent: bigint): Money {
  return { minorUnits: (amount.minorUnits * percent) / 100n, currency: amount.currency }
}

/** `1234567` minor units of CNY → `12,345.67`; the currency's own number of decimals, no symbol. */
export function formatAmount(amount: Money): string {
  const { exponent } = currencies[amount.currency]
  const sign = amount.minorUnits < 0n ? '-' : ''
  const digits = (amount.minorUnits < 0n ? -amount.minorUnits : amount.minorUnits)
    .toString()
    .padStart(exponent + 1, '0')
  const whole = digits.slice(0, digits.length - exponent).replace(/\B(?=(\d{3})+$)/g, ',')
  return exponent === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-exponent)}`
}

/** `12,345.67` → 1234567 minor units. Throws `MONEY_FORMAT` on anything that is not exactly an amount. */
export function parseAmount(text: string, currency: Currency): Money {
  const { exponent } = currencies[currency]
  const match = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?$/.exec(text)
  const decimals = match?.[2] ?? ''
  if (!match || decimals.length > exponent) {
    throw new Fault('MONEY_FORMAT', `not an amount of ${currency}: at most ${exponent} decimals, digits only`)
  }
  return { minorUnits: BigInt(match[1]!.replaceAll(',', '') + decimals.padEnd(exponent, '0')), currency }
}
