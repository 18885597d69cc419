// Amounts, times and durations as people read them.

import { currencies, formatAmount, money, type Currency } from '@shua/money'
import type { Language } from '@shua/contract'

function isCurrency(code: string): code is Currency {
  return Object.hasOwn(currencies, code)
}

/** The time of the place where the terminals stand, as their slips show it, wherever the reader sits. */
const placeTimeZone = 'Asia/Shanghai'

/** `12800` of CNY → `128.00`. A currency we do not know is shown in its minor units rather than with guessed decimals. */
export function amountText(minor: string, currency: string): string {
  return isCurrency(currency) ? formatAmount(money(BigInt(minor), currency)) : minor
}

export function currencySymbol(currency: string): string {
  return isCurrency(currency) ? currencies[currency].symbol : currency
}

function localeOf(language: Language): string {
  return language === 'zh' ? 'zh-CN' : 'en-GB'
}

export function timeText(iso: string, language: Language): string {
  return new Intl.DateTimeFormat(localeOf(language), {
    timeZone: placeTimeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(iso))
}

export function dateTimeText(iso: string, language: Language): string {
  return new Intl.DateTimeFormat(localeOf(language), {
    timeZone: placeTimeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(iso))
}

const placeDate = new Intl.DateTimeFormat('en-CA', { timeZone: placeTimeZone, dateStyle: 'short' })

/** Whether it is of the day that it is now at the place. */
export function isToday(iso: string, now: Date): boolean {
  return placeDate.format(new Date(iso)) === placeDate.format(now)
}

/** Microseconds as `8.42 ms`, `0.31 ms`, `1.20 s`: three figures are enough to compare hops. */
export function durationText(us: number): string {
  const ms = us / 1000
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`
  if (ms >= 100) return `${ms.toFixed(0)} ms`
  return `${ms.toFixed(ms >= 10 ? 1 : 2)} ms`
}

/** A name from a trace or a table that has no words of its own: `verifyMac` → `verify mac`. */
export function plainName(name: string): string {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]/g, ' ')
    .toLowerCase()
}
