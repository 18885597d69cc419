// Bytes as hex characters on the wire: ASCII in upper case, which is nearly all there is, in lower case, and EBCDIC.

import type { BytesEncoding } from './dialect.ts'
import { fromEbcdic037 } from './ebcdic.ts'
import { hexValue, lowerHexValue } from './nibbles.ts'
import type { Writer } from './writer.ts'

export interface HexAlphabet {
  /** By wire byte: the nibble, or -1. */
  readonly values: Int8Array
  /** By byte: its two wire bytes, the first one in the high half. */
  readonly pairs: Uint16Array
}

/** Upper-case ASCII has loops of its own below: tables in constants of a module are read twice as fast. */
const upperCase: HexAlphabet = alphabetOf('hex')
const upperPairs: Uint16Array = upperCase.pairs

export function hexAlphabet(encoding: Exclude<BytesEncoding, 'binary'>): HexAlphabet {
  return encoding === 'hex' ? upperCase : alphabetOf(encoding)
}

function alphabetOf(encoding: Exclude<BytesEncoding, 'binary'>): HexAlphabet {
  const ascii = encoding === 'hexLower' ? lowerHexValue : hexValue
  const values = new Int8Array(256).fill(-1)
  const digits: number[] = []
  for (let byte = 0; byte < 256; byte++) {
    const character = encoding === 'hexEbcdic' ? fromEbcdic037[byte]! : byte
    const value = ascii[character]!
    values[byte] = value
    if (value >= 0) digits[value] = byte
  }
  return {
    values,
    pairs: Uint16Array.from({ length: 256 }, (_, byte) => (digits[byte >> 4]! << 8) | digits[byte & 15]!),
  }
}

/**
 * Fills `target` from hex text. Answers -1, or the position of the first character that is not a hex digit. Every
 * target is a Buffer, because a loop that meets two kinds of arrays runs at half the speed.
 */
export function decodeHex(alphabet: HexAlphabet, bytes: Buffer, start: number, target: Buffer): number {
  const all = alphabet === upperCase ? decodeUpper(bytes, start, target) : decodeAny(alphabet, bytes, start, target)
  if (all >= 0) return -1
  let at = start
  while (alphabet.values[bytes[at]!]! >= 0) at++
  return at
}

/** Answers all bits that were met; a character that is no digit makes them negative. Four bytes a turn save a tenth. */
function decodeUpper(bytes: Buffer, start: number, target: Buffer): number {
  const { length } = target
  let all = 0
  let at = start
  let i = 0
  for (const last = length - 3; i < last; i += 4, at += 8) {
    const first = (hexValue[bytes[at]!]! << 4) | hexValue[bytes[at + 1]!]!
    const second = (hexValue[bytes[at + 2]!]! << 4) | hexValue[bytes[at + 3]!]!
    const third = (hexValue[bytes[at + 4]!]! << 4) | hexValue[bytes[at + 5]!]!
    const fourth = (hexValue[bytes[at + 6]!]! << 4) | hexValue[bytes[at + 7]!]!
    target[i] = first
    target[i + 1] = second
    target[i + 2] = third
    target[i + 3] = fourth
    all |= first | second | third | fourth
  }
  for (; i < length; i++, at += 2) {
    const byte = (hexValue[bytes[at]!]! << 4) | hexValue[bytes[at + 1]!]!
    target[i] = byte
    all |= byte
  }
  return all
}

function decodeAny({ values }: HexAlphabet, bytes: Buffer, start: number, target: Buffer): number {
  const { length } = target
  let all = 0
  for (let i = 0, at = start; i < length; i++, at += 2) {
    const byte = (values[bytes[at]!]! << 4) | values[bytes[at + 1]!]!
    target[i] = byte
    all |= byte
  }
  return all
}

/** Turns what the writer wrote from `start` on into hex text in place. */
export function encodeHexInPlace(writer: Writer, start: number, alphabet: HexAlphabet): void {
  const count = writer.position - start
  writer.reserve(count)
  const { bytes, view } = writer
  const { pairs } = alphabet
  if (alphabet === upperCase) {
    for (let i = count - 1; i >= 0; i--) view.setUint16(start + 2 * i, upperPairs[bytes[start + i]!]!)
  } else for (let i = count - 1; i >= 0; i--) view.setUint16(start + 2 * i, pairs[bytes[start + i]!]!)
  writer.position = start + 2 * count
}
