// DE 48 of settlement: two blocks (domestic, foreign cards) of debit amount and count, credit amount and count, and a flag.
// Debit is sale, completion and completion advice; credit is void, completion void and refund. What was reversed or refused
// does not count. terminal-protocol §2.6.

import { Fault } from '@shua/assert'

export interface CardTotals {
  readonly debitMinor: bigint
  readonly debitCount: number
  readonly creditMinor: bigint
  readonly creditCount: number
}

/** 0 asked, 1 balanced, 2 not balanced, 3 error. */
export type SettlementFlag = 0 | 1 | 2 | 3

export interface SettlementTotals {
  readonly domestic: CardTotals & { readonly flag: SettlementFlag }
  readonly foreign: CardTotals & { readonly flag: SettlementFlag }
}

export const noTotals: CardTotals = { debitMinor: 0n, debitCount: 0, creditMinor: 0n, creditCount: 0 }

export function sameTotals(a: CardTotals, b: CardTotals): boolean {
  return (
    a.debitMinor === b.debitMinor &&
    a.debitCount === b.debitCount &&
    a.creditMinor === b.creditMinor &&
    a.creditCount === b.creditCount
  )
}

function formatBlock(totals: CardTotals, flag: SettlementFlag): string {
  const amount = (minor: bigint): string => digits(minor.toString(), 12)
  const count = (value: number): string => digits(String(value), 3)
  return (
    amount(totals.debitMinor) +
    count(totals.debitCount) +
    amount(totals.creditMinor) +
    count(totals.creditCount) +
    String(flag)
  )
}

function digits(text: string, width: number): string {
  if (text.length > width)
    throw new Fault('SCHEME_TOTALS_TOO_LARGE', `a total needs ${text.length} digits, the field has ${width}`, {
      path: '48',
    })
  return text.padStart(width, '0')
}

export function formatSettlementTotals(totals: SettlementTotals): string {
  return formatBlock(totals.domestic, totals.domestic.flag) + formatBlock(totals.foreign, totals.foreign.flag)
}

/** Reads the 62 digits; undefined when they are not two blocks. */
export function parseSettlementTotals(text: string): SettlementTotals | undefined {
  const match = /^(\d{12})(\d{3})(\d{12})(\d{3})([0-3])(\d{12})(\d{3})(\d{12})(\d{3})([0-3])$/.exec(text)
  if (!match) return undefined
  const block = (start: number): CardTotals & { flag: SettlementFlag } => ({
    debitMinor: BigInt(match[start]!),
    debitCount: Number(match[start + 1]),
    creditMinor: BigInt(match[start + 2]!),
    creditCount: Number(match[start + 3]),
    flag: Number(match[start + 4]) as SettlementFlag,
  })
  return { domestic: block(1), foreign: block(6) }
}
