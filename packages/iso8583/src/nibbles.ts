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
