// What of a value may be shown. Masking works on the text of a value; describe.ts carries the result over to the hex
// forms, so both hide the same characters.

import type { Mask } from './dialect.ts'

/** The shortest run of digits that may be a PAN (ISO/IEC 7812-1 allows up to 19). */
const panDigitsMin = 13
const digitRun = /[0-9]{13,}/
const digitRuns = /[0-9]{13,}/g
/** The same in bytes of EBCDIC written as hex. */
const ebcdicRuns = /(?:F[0-9]){13,}/g

/** A field of up to six bytes is too short for a PAN in any encoding, packed digits included. */
const shortNibbles = 12

export interface Masked {
  /** The text with `*` for every hidden character. */
  readonly text: string
  readonly hidden: boolean
}

/** `nibbles` is how much of the message the value takes. */
export function maskText(text: string, mask: Mask, nibbles: number): Masked {
  switch (mask) {
    case 'none':
      return { text, hidden: false }
    case 'pan':
      return maskPan(text)
    case 'track':
      return maskTrack(text)
    case 'secret':
      return hide(text)
    case 'long':
      return nibbles <= shortNibbles ? { text, hidden: false } : hide(text)
    case 'auto':
      return digitRun.test(text) ? hide(text) : { text, hidden: false }
  }
}

function hide(text: string): Masked {
  return { text: '*'.repeat(text.length), hidden: text !== '' }
}

/** First six and last four digits; only the last four of anything too short, and nothing of what is no PAN. */
function maskPan(text: string): Masked {
  const digits = text.replace(/F+$/, '')
  if (!/^[0-9]{1,19}$/.test(digits)) return hide(text)
  const tail = '*'.repeat(text.length - digits.length)
  const first = digits.length >= panDigitsMin ? 6 : 0
  const hidden = Math.max(digits.length - first - 4, 0)
  if (digits.length <= 4) return hide(text)
  return { text: digits.slice(0, first) + '*'.repeat(hidden) + digits.slice(-4) + tail, hidden: true }
}

/** The PAN in front of the separator likewise; everything behind it is hidden. */
function maskTrack(text: string): Masked {
  const separator = /^[0-9]{12,19}[D=]/.exec(text)
  if (!separator) return hide(text)
  const end = separator[0].length - 1
  return { text: `${maskPan(text.slice(0, end)).text}${text[end]!}${'*'.repeat(text.length - end - 1)}`, hidden: true }
}

/** Hides every run of digits long enough for a PAN, whatever it is. For what a malformed message seemed to say. */
export function hideDigitRuns(text: string): string {
  return text.replace(ebcdicRuns, (run) => '*'.repeat(run.length)).replace(digitRuns, (run) => '*'.repeat(run.length))
}
