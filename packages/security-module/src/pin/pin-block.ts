// Clear PIN blocks: the PIN, its length and filling, joined with the PAN so that the same PIN of two cards looks
// different (ISO 9564-1 formats 0 to 4; terminal-protocol §3.5 for the 16-byte form that SM4 terminals send).
// Decoding is strict: every digit of filling is checked, because a wrong key shows up as a malformed block.

import { assert } from '@shua/assert'
import { nibbleAt, packNibbles } from '../cipher/nibbles.ts'
import { xor } from '../cipher/xor.ts'

/**
 * 0, 1, 3 and 4 are ISO 9564-1's. `sm4` is format 0 stretched to 16 bytes; `withoutPan` is format 0 without the PAN
 * (DE 53 first digit 1). Format 2 is for offline PIN to a chip only.
 */
export type ClearPinBlockFormat = 0 | 1 | 2 | 3 | 'sm4' | 'withoutPan'

const pinPattern = /^\d{4,12}$/

export function isPin(text: string): boolean {
  return pinPattern.test(text)
}

/** Twelve digits of the PAN left of its check digit, right-aligned: the PAN half of formats 0, 3 and `sm4`. */
export function panField(pan: string, blockBytes: 8 | 16): Buffer {
  const digits = pan.slice(Math.max(pan.length - 13, 0), -1)
  return packNibbles(digits.padStart(blockBytes * 2, '0'))
}

/** The PAN half of format 4: digits beyond twelve, the PAN filled to at least twelve digits, zeros. */
export function panField4(pan: string): Buffer {
  const digits = pan.padStart(12, '0')
  return packNibbles(((digits.length - 12).toString() + digits).padEnd(32, '0'))
}

/** The PIN half of format 4: `4`, length, PIN, filling A, and eight random bytes. */
export function pinField4(pin: string, random: (size: number) => Buffer): Buffer {
  return Buffer.concat([fieldOf('4', pin, 'A'.repeat(10)), random(8)])
}

/** The PIN of a format 4 PIN half, or undefined. */
export function pinOfField4(field: Uint8Array): string | undefined {
  return pinOf(field.subarray(0, 8), { control: 4, filling: [10, 10] })
}

export function encodePinBlock(
  format: ClearPinBlockFormat,
  pin: string,
  options: { readonly pan: string; readonly random: (size: number) => Buffer },
): Buffer {
  assert(isPin(pin), 'a PIN is 4 to 12 digits')
  switch (format) {
    case 0:
      return xor(fieldOf('0', pin, lettersF), panField(options.pan, 8))
    case 1:
      return fieldOf('1', pin, options.random(7).toString('hex'))
    case 2:
      return fieldOf('2', pin, lettersF)
    case 3:
      return xor(fieldOf('3', pin, lettersAToF(options.random(10))), panField(options.pan, 8))
    case 'withoutPan':
      return fieldOf('0', pin, lettersF)
    case 'sm4':
      return xor(sm4Field(pin), panField(options.pan, 16))
  }
}

/** The PIN in the block, or undefined when the block cannot be one of this format and PAN. */
export function decodePinBlock(format: ClearPinBlockFormat, block: Uint8Array, pan: string): string | undefined {
  switch (format) {
    case 0:
      return pinOf(xor(block, panField(pan, 8)), { control: 0, filling: [15, 15] })
    case 1:
      return pinOf(block, { control: 1, filling: [0, 15] })
    case 2:
      return pinOf(block, { control: 2, filling: [15, 15] })
    case 3:
      return pinOf(xor(block, panField(pan, 8)), { control: 3, filling: [10, 15] })
    case 'withoutPan':
      return pinOf(block, { control: 0, filling: [15, 15] })
    case 'sm4':
      return pinOfSm4Field(xor(block, panField(pan, 16)))
  }
}

const pinDigitsMin = 4
const pinDigitsMax = 12
const lettersF = 'F'.repeat(10)

/** Control digit, length, PIN, and as much of the filling as makes 16 digits. */
function fieldOf(control: string, pin: string, filling: string): Buffer {
  return packNibbles(control + pin.length.toString(16) + pin + filling.slice(0, 14 - pin.length))
}

/** `filling` is the range of digits that may follow the PIN. */
function pinOf(
  field: Uint8Array,
  expected: { readonly control: number; readonly filling: readonly [min: number, max: number] },
): string | undefined {
  const pinDigits = nibbleAt(field, 1)
  if (nibbleAt(field, 0) !== expected.control || pinDigits < pinDigitsMin || pinDigits > pinDigitsMax) return undefined
  const [min, max] = expected.filling
  for (let index = 2 + pinDigits; index < field.length * 2; index++) {
    const digit = nibbleAt(field, index)
    if (digit < min || digit > max) return undefined
  }
  return digitsOf(field, pinDigits)
}

/** Here the length is a decimal byte of its own: `06` for the six digits used in China. */
function sm4Field(pin: string): Buffer {
  return packNibbles((String(pin.length).padStart(2, '0') + pin).padEnd(32, 'F'))
}

function pinOfSm4Field(field: Buffer): string | undefined {
  const pinDigits = nibbleAt(field, 0) * 10 + nibbleAt(field, 1)
  if (nibbleAt(field, 1) > 9 || pinDigits < pinDigitsMin || pinDigits > pinDigitsMax) return undefined
  for (let index = 2 + pinDigits; index < field.length * 2; index++) {
    if (nibbleAt(field, index) !== 15) return undefined
  }
  return digitsOf(field, pinDigits)
}

/** The decimal digits from the third place on, or undefined when one of them is none. */
function digitsOf(field: Uint8Array, count: number): string | undefined {
  let pin = ''
  for (let index = 2; index < 2 + count; index++) {
    const digit = nibbleAt(field, index)
    if (digit > 9) return undefined
    pin += String(digit)
  }
  return pin
}

/** Random digits A to F, the filling of format 3. A to D are drawn slightly more often; filling needs no more. */
function lettersAToF(random: Buffer): string {
  return Array.from(random, (byte) => 'ABCDEF'[byte % 6]).join('')
}
