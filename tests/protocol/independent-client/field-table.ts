// How each data element looks on the wire (terminal-protocol §1.3 and §1.4), as this client reads it. Used by wire-message.ts.
// Values are strings: digits for numbers (a track separator is `D`), characters for text, upper-case hex for binary.

export type FieldForm =
  | { readonly kind: 'digits'; readonly length: number; readonly align: 'left' | 'right' }
  | {
      readonly kind: 'digitsCounted'
      readonly lengthDigits: 2 | 3
      readonly lengthMax: number
      readonly hexAllowed: boolean
    }
  | { readonly kind: 'text'; readonly length: number }
  | { readonly kind: 'textCounted'; readonly lengthDigits: 2 | 3; readonly lengthMax: number }
  | { readonly kind: 'binary'; readonly length: number }
  | { readonly kind: 'binaryCounted'; readonly lengthDigits: 3; readonly lengthMax: number }

const digits = (length: number): FieldForm => ({ kind: 'digits', length, align: 'right' })
const counted = (lengthDigits: 2 | 3, lengthMax: number): FieldForm => {
  return { kind: 'digitsCounted', lengthDigits, lengthMax, hexAllowed: false }
}
const track = (lengthDigits: 2 | 3, lengthMax: number): FieldForm => {
  return { kind: 'digitsCounted', lengthDigits, lengthMax, hexAllowed: true }
}
const text = (length: number): FieldForm => ({ kind: 'text', length })
const textCounted = (lengthDigits: 2 | 3, lengthMax: number): FieldForm => ({
  kind: 'textCounted',
  lengthDigits,
  lengthMax,
})
const binary = (length: number): FieldForm => ({ kind: 'binary', length })
const binaryCounted = (lengthMax: number): FieldForm => ({ kind: 'binaryCounted', lengthDigits: 3, lengthMax })

export const fieldTable: Readonly<Record<number, FieldForm>> = {
  2: counted(2, 19),
  3: digits(6),
  4: digits(12),
  11: digits(6),
  12: digits(6),
  13: digits(4),
  14: digits(4),
  15: digits(4),
  22: { kind: 'digits', length: 3, align: 'left' },
  23: digits(3),
  25: digits(2),
  26: digits(2),
  32: counted(2, 11),
  35: track(2, 37),
  36: track(3, 104),
  37: text(12),
  38: text(6),
  39: text(2),
  41: text(8),
  42: text(15),
  44: textCounted(2, 25),
  48: counted(3, 322),
  49: text(3),
  52: binary(8),
  53: digits(16),
  54: textCounted(3, 40),
  55: binaryCounted(255),
  59: binaryCounted(999),
  60: counted(3, 19),
  61: counted(3, 29),
  62: binaryCounted(999),
  63: textCounted(3, 163),
  64: binary(8),
}
