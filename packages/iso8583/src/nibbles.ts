// Packed decimal digits: two to a byte. Strings are put together from tables of two and four digits, which beats both
// joining single characters and a call into native code for values as short as fields are.

const pairTexts = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0').toUpperCase())
const quadTexts: (string | undefined)[] = Array.from({ length: 0x10000 })

function quad(bytes: Uint8Array, at: number): string {
  const high = bytes[at]!
  const low = bytes[at + 1]!
  return (quadTexts[(high << 8) | low] ??= pairTexts[high]! + pairTexts[low]!)
}

/** The upper-case hex of `count` bytes. */
export function nibbleText(bytes: Uint8Array, start: number, count: number): string {
  switch (count) {
    case 0:
      return ''
    case 1:
      return pairTexts[bytes[start]!]!
    case 2:
      return quad(bytes, start)
    case 3:
      return quad(bytes, start) + pairTexts[bytes[start + 2]!]!
    default: {
      let text = quad(bytes, start)
      let at = start + 2
      for (const last = start + count - 1; at < last; at += 2) text += quad(bytes, at)
      return at < start + count ? text + pairTexts[bytes[at]!]! : text
    }
  }
}

/** The value of one upper-case hex digit by character code, or -1. */
export const hexValue: Int8Array = hexTable(false)
/** The same for lower-case hex. */
export const lowerHexValue: Int8Array = hexTable(true)

function hexTable(lower: boolean): Int8Array {
  const table = new Int8Array(256).fill(-1)
  for (let value = 0; value < 16; value++) {
    const digit = value.toString(16)
    table[(lower ? digit : digit.toUpperCase()).charCodeAt(0)] = value
  }
  return table
}

/** Classes of nibbles: 1 decimal digits, 2 those and D, 4 all sixteen. */
export const nibbleBits = { digits: 1, track: 2, hexDigits: 4 } as const

const bitsOfNibble = Uint8Array.from({ length: 16 }, (_, nibble) => (nibble <= 9 ? 7 : nibble === 13 ? 6 : 4))

/** By byte: the classes both its nibbles belong to. In constants of this module, which the compiler reads fastest. */
const pairClasses = Uint8Array.from({ length: 256 }, (_, byte) => bitsOfNibble[byte >> 4]! & bitsOfNibble[byte & 15]!)

export function nibbleInClass(bit: number, nibble: number): boolean {
  return (bitsOfNibble[nibble]! & bit) !== 0
}

/** Where the first byte stands that holds a nibble outside the class, or -1. */
export function firstWrongPair(bit: number, bytes: Buffer, start: number, end: number): number {
  for (let at = start; at < end; at++) if ((pairClasses[bytes[at]!]! & bit) === 0) return at
  return -1
}

/** Two digits of a text as a byte, or -1 when one is outside the class. */
export function pairAt(bit: number, text: string, index: number): number {
  const high = text.charCodeAt(index)
  const low = text.charCodeAt(index + 1)
  if (high > 255 || low > 255) return -1
  const byte = (hexValue[high]! << 4) | hexValue[low]!
  return byte >= 0 && (pairClasses[byte]! & bit) !== 0 ? byte : -1
}
