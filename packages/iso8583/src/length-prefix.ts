// The number in front of a value of variable length: LL, LLL and so on, in the dialect's encoding.

import type { PrefixSpec } from './dialect.ts'

export interface LengthPrefix {
  /** Bytes on the wire. */
  readonly size: number
  /** The largest number it can carry. */
  readonly max: number
  /** The number, or -1 when the bytes are not a number in this encoding. */
  read(bytes: Uint8Array, at: number): number
  write(bytes: Uint8Array, at: number, count: number): void
}

export function compilePrefix(spec: PrefixSpec): LengthPrefix {
  switch (spec.encoding) {
    case 'ascii':
      return characterPrefix(spec.digits, 0x30)
    case 'ebcdic':
      return characterPrefix(spec.digits, 0xf0)
    case 'bcd':
      return bcdPrefix(spec.digits)
    case 'binary':
      return binaryPrefix(spec.digits)
  }
}

function characterPrefix(size: number, zero: number): LengthPrefix {
  return {
    size,
    max: 10 ** size - 1,
    read(bytes, at) {
      let count = 0
      for (let i = at; i < at + size; i++) {
        const digit = bytes[i]! - zero
        if (digit < 0 || digit > 9) return -1
        count = count * 10 + digit
      }
      return count
    },
    write(bytes, at, count) {
      let rest = count
      for (let i = at + size - 1; i >= at; i--) {
        bytes[i] = zero + (rest % 10)
        rest = (rest / 10) | 0
      }
    },
  }
}

/** Right-aligned, so an odd number of digits leaves a zero nibble in front that must stay zero. */
function bcdPrefix(digits: number): LengthPrefix {
  const size = (digits + 1) >> 1
  const max = 10 ** digits - 1
  return {
    size,
    max,
    read(bytes, at) {
      let count = 0
      for (let i = at; i < at + size; i++) {
        const byte = bytes[i]!
        if (byte >> 4 > 9 || (byte & 15) > 9) return -1
        count = count * 100 + (byte >> 4) * 10 + (byte & 15)
      }
      return count > max ? -1 : count
    },
    write(bytes, at, count) {
      let rest = count
      for (let i = at + size - 1; i >= at; i--) {
        const pair = rest % 100
        bytes[i] = (((pair / 10) | 0) << 4) | (pair % 10)
        rest = (rest / 100) | 0
      }
    },
  }
}

function binaryPrefix(digits: number): LengthPrefix {
  const size = (digits + 1) >> 1
  return {
    size,
    max: 256 ** size - 1,
    read(bytes, at) {
      let count = 0
      for (let i = at; i < at + size; i++) count = count * 256 + bytes[i]!
      return count
    },
    write(bytes, at, count) {
      for (let i = 0; i < size; i++) bytes[at + i] = (count >> (8 * (size - 1 - i))) & 0xff
    },
  }
}
