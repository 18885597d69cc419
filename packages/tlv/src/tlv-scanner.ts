// Walks BER-TLV data objects in place, without allocating: the one reader of tags and lengths in the product.
// parseTlv and the field 55 codec of @shua/iso8583 stand on it. Implements ISO/IEC 8825-1 §8.1 as EMV Book 3
// annex B narrows it: tags of at most four bytes, definite lengths of at most four bytes, everything inside the input.

import { Fault } from '@shua/assert'
import { tagText } from './tlv-tag.ts'

/** EMV uses two bytes and proprietary tags three; four is where a tag still fits an unsigned 32-bit number. */
export const tagBytesMax = 4

/** How lengths are read: `ber`, or `oneByte` for data of broken cards that put 80–FF into a single byte. */
export type LengthForm = 'ber' | 'oneByte'

export class TlvScanner {
  readonly bytes: Uint8Array
  readonly end: number
  readonly lengthForm: LengthForm
  /** Where the next data object begins. */
  position: number
  /** The data object that `next` found: its offset, tag, the bytes its length took, and its value. */
  start = 0
  tag = 0
  lengthSize = 1
  valueStart = 0
  valueEnd = 0

  constructor(bytes: Uint8Array, start = 0, end = bytes.length, lengthForm: LengthForm = 'ber') {
    this.bytes = bytes
    this.position = start
    this.end = end
    this.lengthForm = lengthForm
  }

  /** Moves to the next data object; false at the end. Throws TLV_TAG, TLV_LENGTH or TLV_VALUE. */
  next(): boolean {
    const { bytes, end } = this
    let at = this.position
    if (at >= end) return false
    this.start = at
    let tag = bytes[at++]!
    if ((tag & 0x1f) === 0x1f) {
      if (at < end && bytes[at]! < 0x80) tag = (tag << 8) | bytes[at++]!
      else {
        tag = this.#longTag(at)
        at = this.position
      }
    } else if (tag === 0) throw this.#fault('TLV_TAG', this.start, 'a tag', 'a zero byte')
    this.tag = tag
    if (at >= end) throw this.#fault('TLV_LENGTH', at, 'a length', 'the end of the data')
    let length = bytes[at++]!
    this.lengthSize = 1
    if (length >= 0x80 && this.lengthForm === 'ber') {
      length = this.#longLength(at)
      at = this.position
    }
    if (length > end - at) throw this.#fault('TLV_VALUE', at, `${length} bytes`, `${end - at} bytes`)
    this.valueStart = at
    this.valueEnd = at + length
    this.position = this.valueEnd
    return true
  }

  /** Tags of three and four bytes; leaves `position` behind the tag. */
  #longTag(at: number): number {
    let tag = this.bytes[this.start]!
    for (;;) {
      if (at >= this.end) throw this.#fault('TLV_TAG', at, 'the rest of a tag', 'the end of the data')
      if (at - this.start >= tagBytesMax) {
        throw this.#fault('TLV_TAG', this.start, `a tag of at most ${tagBytesMax} bytes`, 'a longer one')
      }
      const byte = this.bytes[at++]!
      // Multiplying keeps four-byte tags unsigned, where shifting would turn them negative.
      tag = tag * 256 + byte
      if (byte < 0x80) {
        this.position = at
        return tag
      }
    }
  }

  /** Lengths of the form 81 xx … 84 xx xx xx xx; leaves `position` behind the length. */
  #longLength(at: number): number {
    const count = this.bytes[at - 1]! & 0x7f
    if (count === 0 || count > 4) {
      throw this.#fault('TLV_LENGTH', at - 1, 'a definite length of at most 4 bytes', `length byte ${0x80 + count}`)
    }
    if (count > this.end - at) {
      throw this.#fault('TLV_LENGTH', at, `${count} length bytes`, `${this.end - at} bytes`)
    }
    let length = 0
    for (let i = 0; i < count; i++) length = length * 256 + this.bytes[at + i]!
    this.lengthSize = 1 + count
    this.position = at + count
    return length
  }

  #fault(code: string, offset: number, expected: string, actual: string): Fault {
    const path = code === 'TLV_TAG' ? undefined : tagText(this.tag)
    return new Fault(code, `BER-TLV at byte ${offset}: expected ${expected}, found ${actual}`, {
      ...(path === undefined ? {} : { path }),
      details: { offset, expected, actual },
    })
  }
}

/** The bytes a minimal length field takes: 1 up to 127, then 2, 3, 4, 5. */
export function lengthSizeOf(length: number): number {
  if (length < 0x80) return 1
  if (length < 0x100) return 2
  if (length < 0x10000) return 3
  return length < 0x1000000 ? 4 : 5
}
