// BER-TLV that was checked from end to end when it was read and becomes a list only when somebody asks for it: a host
// that needs five of twenty tags of field 55 should not pay for twenty views.

import { lengthSizeOf, tagNumber, tagText, TlvScanner } from '@shua/tlv'
import type { Subfield } from '../field-value.ts'

export class LazyTlv {
  /** Bytes of our own, so nobody else can change them after the check. */
  readonly bytes: Buffer
  readonly start: number
  readonly end: number

  constructor(bytes: Buffer, start: number, end: number) {
    this.bytes = bytes
    this.start = start
    this.end = end
  }

  scanner(): TlvScanner {
    return new TlvScanner(this.bytes, this.start, this.end)
  }

  subfields(): Subfield[] {
    const scanner = this.scanner()
    const list: Subfield[] = []
    while (scanner.next()) {
      const { valueStart, valueEnd, lengthSize } = scanner
      const id = tagText(scanner.tag)
      const value = this.#view(valueStart, valueEnd)
      list.push(lengthSize > lengthSizeOf(valueEnd - valueStart) ? { id, value, lengthSize } : { id, value })
    }
    return list
  }

  /** The value of the first data object with this tag. */
  find(id: string): Uint8Array | undefined {
    const tag = tagOrNone(id)
    const scanner = this.scanner()
    while (scanner.next()) {
      if (scanner.tag === tag) return this.#view(scanner.valueStart, scanner.valueEnd)
    }
    return undefined
  }

  /** Half the price of Buffer.subarray. */
  #view(start: number, end: number): Uint8Array {
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + start, end - start)
  }
}

/** -1, which no data object has, for a text that is no tag. */
function tagOrNone(id: string): number {
  try {
    return tagNumber(id)
  } catch {
    return -1
  }
}
