// The decimalisation that PVV, CVV and EMV option B share: the decimal digits of a cryptogram from left to right, and
// when they run out the letters A to F as 0 to 5, again from left to right.

import { assert } from '@shua/assert'
import { nibbleAt } from '../cipher/nibbles.ts'

export function firstDecimalDigits(bytes: Uint8Array, count: number): string {
  const places = bytes.length * 2
  assert(count <= places, 'there are as many hex digits as are asked for')
  let digits = ''
  for (let index = 0; index < places && digits.length < count; index++) {
    const value = nibbleAt(bytes, index)
    if (value <= 9) digits += String(value)
  }
  for (let index = 0; index < places && digits.length < count; index++) {
    const value = nibbleAt(bytes, index)
    if (value > 9) digits += String(value - 10)
  }
  return digits
}
