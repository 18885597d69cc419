// The last look before a value is printed. `describe` masks by the dialect; but a damaged message, or one of a dialect we
// do not know, can carry a card number where no dialect expects it: inside the data object before it, or cut in two by the
// border of two fields. What looks like that is not printed.

import type { DescribedField } from '@shua/iso8583'

/** The parts that have values of their own, in the order of the bytes. */
export function leaves(fields: readonly DescribedField[]): DescribedField[] {
  return fields.flatMap((field) => (field.children === undefined ? [field] : leaves(field.children)))
}

/** The leaves whose values must not be printed. */
export function suspectLeaves(
  fields: readonly DescribedField[],
  payload: Buffer,
  malformed: boolean,
): ReadonlySet<DescribedField> {
  const all = leaves(fields)
  const suspects = new Set<DescribedField>()
  for (const leaf of all) {
    const dataObject = /^\d+\.[0-9A-F]{2,}$/.test(leaf.path)
    if ((malformed || dataObject) && holdsCardNumber(leaf.value)) suspects.add(leaf)
  }
  if (!malformed) return suspects
  for (const { from, to } of [...announcedNumbers(payload), ...unannouncedNumbers(payload)]) {
    const touched = all.filter(({ start, end }) => start * 2 < to && end * 2 > from)
    // A number that one part holds alone has been masked as that part asks for.
    if (touched.length > 1) for (const leaf of touched) suspects.add(leaf)
  }
  return suspects
}

const panDigitsMin = 13
const panDigitsMax = 19

/** Whether digits in the value, plain or as characters behind hex, can be a card number. */
function holdsCardNumber(value: string): boolean {
  // Bytes that are all digits in ASCII say what they are; their hex is no number of its own.
  const views = /^(?:3[0-9])+$/.test(value) ? [] : [value]
  if (/^(?:[0-9A-F*]{2})+$/.test(value)) {
    const bytes = Buffer.from(value.replaceAll('*', '0'), 'hex')
    views.push(asciiDigits(bytes), ebcdicDigits(bytes))
  }
  return views.some((view) => Array.from(view.matchAll(/\d{13,}/g)).some(([row]) => rowHoldsNumber(row)))
}

function rowHoldsNumber(row: string): boolean {
  for (let from = 0; from + panDigitsMin <= row.length; from++) {
    for (let length = panDigitsMin; length <= panDigitsMax && from + length <= row.length; length++) {
      if (looksIssued(row.slice(from, from + length))) return true
    }
  }
  return false
}

/** The ranges of ISO/IEC 7812-1 that payment cards come from, with a right check digit; 62… also without one. */
function looksIssued(digits: string): boolean {
  return digits.startsWith('62') || (/^(?:[3-6]|2[2-7])/.test(digits) && luhnRight(digits))
}

function luhnRight(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 0x30
    const weighed = i % 2 === 1 ? digit * 2 : digit
    sum += weighed > 9 ? weighed - 9 : weighed
  }
  return sum % 10 === 0
}

interface Nibbles {
  readonly from: number
  readonly to: number
}

/** Each character of a text is `width` nibbles of the payload; its bytes begin at every `step` characters. */
interface View {
  readonly text: string
  readonly width: number
  readonly step: number
}

function viewsOf(payload: Buffer): readonly View[] {
  return [
    { text: payload.toString('hex').toUpperCase(), width: 1, step: 2 },
    { text: asciiDigits(payload), width: 2, step: 1 },
    { text: ebcdicDigits(payload), width: 2, step: 1 },
  ]
}

/** Numbers that follow their own length, or stand before a track's separator, in any encoding; in nibbles. */
function announcedNumbers(payload: Buffer): Nibbles[] {
  return viewsOf(payload).flatMap(({ text, width, step }) => {
    const found: { from: number; to: number }[] = []
    for (let at = 0; at + 2 + panDigitsMin <= text.length; at += step) {
      const length = Number(text.slice(at, at + 2))
      const digits = text.slice(at + 2, at + 2 + length)
      if (length < panDigitsMin || length > panDigitsMax || !/^\d+$/.test(digits)) continue
      if (digits.length === length && looksIssued(digits)) found.push({ from: at + 2, to: at + 2 + length })
    }
    for (const { 0: row, index } of text.matchAll(/\d{13,19}[D=]\d{4}/g))
      found.push({ from: index, to: index + row.length })
    return found.map(({ from, to }) => ({ from: from * width, to: to * width }))
  })
}

/** What is a card number by its prefix, the length that goes with it, and its check digit, wherever it stands; in nibbles. */
function unannouncedNumbers(payload: Buffer): Nibbles[] {
  return viewsOf(payload).flatMap(({ text, width }) =>
    Array.from(text.matchAll(/\d{13,}/g)).flatMap(({ 0: row, index }) =>
      numbersInRow(row).map(({ from, to }) => ({
        from: (index + from) * width,
        to: (index + to) * width,
      })),
    ),
  )
}

function numbersInRow(row: string): Nibbles[] {
  const found: Nibbles[] = []
  for (let from = 0; from + panDigitsMin <= row.length; from++) {
    for (const { prefix, lengths } of issued) {
      if (!prefix.test(row.slice(from, from + 4))) continue
      for (const length of lengths) {
        const digits = row.slice(from, from + length)
        if (digits.length === length && looksIssued(digits)) found.push({ from, to: from + length })
      }
    }
  }
  return found
}

/** What the card organisations issue: prefixes of ISO/IEC 7812-1 with the lengths in use. */
const issued: readonly { readonly prefix: RegExp; readonly lengths: readonly number[] }[] = [
  { prefix: /^4/, lengths: [13, 16, 19] },
  { prefix: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] },
  { prefix: /^3[47]/, lengths: [15] },
  { prefix: /^3(?:0[0-5]|[689])/, lengths: [14, 16, 19] },
  { prefix: /^35(?:2[89]|[3-8])/, lengths: [16, 17, 18, 19] },
  { prefix: /^6(?:011|2|4[4-9]|5)/, lengths: [16, 17, 18, 19] },
]

/** Digits and the separator as they are; everything else becomes a space. */
const asciiDigits = (bytes: Buffer): string => bytes.toString('latin1').replace(/[^0-9D=]/g, ' ')

const ebcdicDigits = (bytes: Buffer): string =>
  Array.from(bytes, (byte) => (byte >= 0xf0 && byte <= 0xf9 ? String(byte - 0xf0) : byte === 0x7e ? '=' : ' ')).join('')
