// Finds card numbers and tracks in any text: the second line behind `Sensitive`, and the net that tests spread over
// logs, API answers and dumps. Nothing here stops a payment.
//
// What is found: a row of 13 to 19 digits, alone or in groups set apart by spaces or hyphens, that passes the check of
// ISO/IEC 7812-1; a test BIN with enough digits behind it, anywhere; a track 2 (`PAN=YYMM…`, `PANDYYMM…`) and a track 1;
// inside longer rows and hex dumps a number that follows its own length (`16` + 16 digits) or the EMV tag 5A; and all of
// these written as hex of ASCII or EBCDIC.
//
// What is let go, because it would be found everywhere without being a card: UUIDs; a row that begins with 0 or, unless
// it has 15 digits, with 1 (times in ms, µs and ns since 1970 do); a row that reads as 20YYMMDDhhmmss with or without
// milliseconds; anything of 12 digits or fewer (RRN, STAN, date); digits inside a hex text of 32 or more characters (hash,
// key, message) unless length, tag, separator or test BIN speaks for a card. One row of ten that is none of these still
// passes the check by chance: a text of other long numbers will give false alarms, and those are the price.

import { luhnValid } from '@shua/card-data'
import { type DigitView, digitViews } from './digit-view.ts'
import { inIssuerRange } from './issuer-range.ts'

export interface CardDataFind {
  readonly kind: 'pan' | 'track'
  /** Where the card number begins in the text, and how long number and track data are there. */
  readonly index: number
  readonly length: number
}

export interface FindOptions {
  /** Prefixes of test cards, which keep no check digit. */
  readonly testBins?: readonly string[]
}

/** A find with what is needed to mask it: all indexes count the symbols of the view. */
export interface SymbolFind {
  readonly kind: CardDataFind['kind']
  readonly view: DigitView
  readonly panFrom: number
  readonly panTo: number
  /** Behind the last digit of the track; `panTo` for a number without one. */
  readonly end: number
}

interface Span {
  readonly from: number
  readonly to: number
}

const testBinsDefault: readonly string[] = ['622588']
const panDigitsMin = 13
const panDigitsMax = 19
const hexTextMin = 32

/** Every find, in the order of the text; a number inside a track is told once, as the track. */
export function findCardData(text: string, options: FindOptions = {}): CardDataFind[] {
  const finds = findSymbols(text, options).map(({ kind, view, panFrom, end }) => {
    const index = view.positionOf(panFrom)
    return { kind, index, length: view.positionOf(end - 1) + view.width - index }
  })
  const sorted = finds.toSorted((a, b) => a.index - b.index || b.length - a.length)
  const told: CardDataFind[] = []
  for (const find of sorted) {
    const last = told.at(-1)
    if (last === undefined || find.index >= last.index + last.length) told.push(find)
  }
  return told
}

/** Every find of every rule, overlapping ones too. */
export function findSymbols(text: string, options: FindOptions = {}): SymbolFind[] {
  const testBins = options.testBins ?? testBinsDefault
  if (!hasEnoughDigits(text)) return []
  return digitViews(text).flatMap((view) => {
    const { symbols } = view
    const rows = matches(symbols, /\d{13,}/g)
    const pans = groupedRows(symbols, testBins)
    if (rows.length > 0) {
      pans.push(...wholeRows(symbols, rows), ...afterTag(symbols))
      for (const row of rows) pans.push(...afterLength(symbols, row), ...afterTestBin(symbols, row, testBins))
    }
    const tracked = rows.length > 0 ? tracks(symbols, rows) : []
    return [
      ...tracked.map(({ pan, end }) => ({
        kind: 'track' as const,
        view,
        panFrom: pan.from,
        panTo: pan.to,
        end,
      })),
      ...pans.map(({ from, to }) => ({ kind: 'pan' as const, view, panFrom: from, panTo: to, end: to })),
    ]
  })
}

/** Most texts have too few digits for any rule; counting them is far cheaper than trying the rules. */
function hasEnoughDigits(text: string): boolean {
  let count = 0
  for (let index = 0; index < text.length && count < panDigitsMin; index++) {
    const code = text.charCodeAt(index)
    if (code >= 48 && code <= 57) count += 1
  }
  return count >= panDigitsMin
}

/** Rows of digits that touch no other digit. */
function wholeRows(symbols: string, rows: readonly Span[]): Span[] {
  return rows.filter(({ from, to }) => looksLikePan(symbols.slice(from, to)) && !insideHexText(symbols, from, to))
}

/** Digits in groups as printed on cards, or in any groups when there is nothing more than one number. */
function groupedRows(symbols: string, testBins: readonly string[]): Span[] {
  return matches(symbols, /(?<!\d)\d+(?:[ -]\d+)+/g).flatMap((row) => {
    const groups = matches(symbols.slice(row.from, row.to), /\d+/g).map(({ from, to }) => ({
      from: from + row.from,
      to: to + row.from,
    }))
    const digitsOf = (span: Span): string => symbols.slice(span.from, span.to).replace(/\D/g, '')
    const wholeDigits = digitsOf(row)
    const looksRight = looksLikePan(wholeDigits) || looksLikeTestPan(wholeDigits, testBins)
    if (looksRight && !touchesMask(symbols, row)) return [row]
    return groups
      .flatMap((first, index) => cardGroupings.flatMap((sizes) => grouping(groups, first, { index, sizes })))
      .filter((span) => {
        if (touchesMask(symbols, span)) return false
        const digits = digitsOf(span)
        return (inIssuerRange(digits) && luhnValid(digits)) || looksLikeTestPan(digits, testBins)
      })
  })
}

const cardGroupings: readonly (readonly number[])[] = [
  [4, 4, 4, 4, 3],
  [4, 4, 4, 4, 2],
  [4, 4, 4, 4, 1],
  [4, 4, 4, 4],
  [4, 4, 4, 3],
  [4, 4, 4, 2],
  [4, 4, 4, 1],
  [4, 6, 5],
  [4, 6, 4],
  [6, 13],
  [6, 10],
]

function grouping(groups: readonly Span[], first: Span, want: { index: number; sizes: readonly number[] }): Span[] {
  const { index, sizes } = want
  const fits = sizes.every((size, offset) => {
    const group = groups[index + offset]
    return group !== undefined && group.to - group.from === size
  })
  const last = groups[index + sizes.length - 1]
  return fits && last ? [{ from: first.from, to: last.to }] : []
}

/** The two ends of a masked number must not make a new one with what stands beside them. */
function touchesMask(symbols: string, { from, to }: Span): boolean {
  return symbols[from - 1] === '*' || symbols[to] === '*'
}

/** A number that follows its own length in two digits, as DE 2 does on every wire. */
function afterLength(symbols: string, row: Span): Span[] {
  const alone = row.to - row.from <= panDigitsMax && !insideHexText(symbols, row.from, row.to)
  const found: Span[] = []
  for (let from = row.from + 2; from + panDigitsMin <= row.to; from++) {
    const length = Number(symbols.slice(from - 2, from))
    const to = from + length
    if (length < panDigitsMin || length > panDigitsMax || to > row.to) continue
    if (alone && !(from === row.from + 2 && lengthsAlone.has(length) && to === row.to)) break
    const digits = symbols.slice(from, to)
    if (inIssuerRange(digits) && luhnValid(digits)) found.push({ from, to })
  }
  return found
}

/** In a short row that is nothing but a length and a number, the others could as well be times in µs or ns. */
const lengthsAlone: ReadonlySet<number> = new Set([13, 15, 16])

/** EMV tag 5A with its length in bytes; an odd number of digits is filled with F. */
function afterTag(symbols: string): Span[] {
  return matches(symbols, /(?<=5a07)\d{13,14}|(?<=5a08)\d{15,16}|(?<=5a09)\d{17,18}|(?<=5a0a)\d{19}/gi).filter(
    ({ from, to }) => luhnValid(symbols.slice(from, to)),
  )
}

function afterTestBin(symbols: string, row: Span, testBins: readonly string[]): Span[] {
  return testBins.flatMap((bin) => {
    const found: Span[] = []
    const digits = symbols.slice(row.from, row.to)
    for (let at = digits.indexOf(bin); at !== -1 && at + panDigitsMin <= digits.length;) {
      const from = row.from + at
      const to = testPanEnd(symbols, from, row)
      found.push({ from, to })
      at = digits.indexOf(bin, to - row.from)
    }
    return found
  })
}

/** The whole row when it can be one number, else as many digits as the two before it say, else the usual sixteen. */
function testPanEnd(symbols: string, from: number, row: Span): number {
  if (from === row.from && row.to - from <= panDigitsMax) return row.to
  const length = from - row.from >= 2 ? Number(symbols.slice(from - 2, from)) : 0
  const believed = length >= panDigitsMin && length <= panDigitsMax && from + length <= row.to
  return Math.min(from + (believed ? length : 16), row.to)
}

/** What may follow the number of a track; each pattern begins at the separator. */
const track1Tail = /\^[^^\n]{2,26}\^[\d =]*/y
const track2Tail = /=\d{4,}|D\d\d(?:0[1-9]|1[0-2])\d{3,}/iy
/** An encrypted track keeps the number and three digits of the date; its length and the check digit give it away. */
const encryptedTail = /D\d{3}/iy

/** Tracks, from the card number (19 digits at most are taken for it) to the last digit behind the separator. */
function tracks(symbols: string, rows: readonly Span[]): { pan: Span; end: number }[] {
  return rows.flatMap((row) => {
    const longest = { from: Math.max(row.from, row.to - panDigitsMax), to: row.to }
    const track2End = endOfMatch(symbols, row.to, track2Tail)
    if (track2End !== undefined) return [{ pan: longest, end: track2End }]
    const track1End = symbols[row.from - 1] === 'B' ? endOfMatch(symbols, row.to, track1Tail) : undefined
    if (track1End !== undefined) return [{ pan: longest, end: track1End }]
    const encryptedEnd = endOfMatch(symbols, row.to, encryptedTail)
    const pan = encryptedEnd === undefined ? undefined : afterTrackLength(symbols, row)
    return pan === undefined || encryptedEnd === undefined ? [] : [{ pan, end: encryptedEnd }]
  })
}

/** The end of the row as a card number, when the two digits before it can be the length of its track. */
function afterTrackLength(symbols: string, row: Span): Span | undefined {
  for (let from = Math.max(row.from + 2, row.to - panDigitsMax); row.to - from >= panDigitsMin; from++) {
    const length = Number(symbols.slice(from - 2, from))
    if (length >= 20 && length <= 37 && luhnValid(symbols.slice(from, row.to))) return { from, to: row.to }
  }
  return undefined
}

function endOfMatch(text: string, from: number, sticky: RegExp): number | undefined {
  sticky.lastIndex = from
  return sticky.test(text) ? sticky.lastIndex : undefined
}

function looksLikePan(digits: string): boolean {
  if (digits.length < panDigitsMin || digits.length > panDigitsMax || !luhnValid(digits)) return false
  const first = digits.charAt(0)
  if (first === '0' || (first === '1' && digits.length !== 15)) return false
  return !calendarTime.test(digits)
}

function looksLikeTestPan(digits: string, testBins: readonly string[]): boolean {
  if (digits.length < panDigitsMin || digits.length > panDigitsMax) return false
  return testBins.some((bin) => digits.startsWith(bin))
}

const calendarTime = /^20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(?:\d{3})?$/

/** Whether the row is part of a longer hex text, where rows of digits come about by chance. */
function insideHexText(symbols: string, from: number, to: number): boolean {
  let start = from
  let end = to
  while (end - start < hexTextMin && start > 0 && isHexLetterOrDigit(symbols.charCodeAt(start - 1))) start -= 1
  while (end - start < hexTextMin && end < symbols.length && isHexLetterOrDigit(symbols.charCodeAt(end))) end += 1
  return end - start >= hexTextMin
}

function isHexLetterOrDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102)
}

function matches(text: string, pattern: RegExp): Span[] {
  return Array.from(text.matchAll(pattern), (match) => ({ from: match.index, to: match.index + match[0].length }))
}
