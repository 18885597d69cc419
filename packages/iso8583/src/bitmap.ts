// Which fields a message has: 8 bytes of bits, 16 when bit 1 says so, 24 when bit 65 says so too, or always the same
// number of bytes. A bitmap longer than its fields need is refused, because it could not be packed back the same.

import type { BitmapSpec } from './dialect.ts'
import { hexFault } from './field/bytes-body.ts'
import { decodeHex, encodeHexInPlace, type HexAlphabet, hexAlphabet } from './hex-text.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

const path = 'bitmap'

export class Bitmap {
  readonly #spec: BitmapSpec
  readonly #alphabet: HexAlphabet | undefined
  readonly #bytesMax: number
  /** The bits of the message being read; the bits that only announce more bitmap are cleared. */
  readonly bits = Buffer.alloc(24)
  /** Views of 8 bytes, and of the 16 of a fixed bitmap, made once. */
  readonly #stretches = [0, 8, 16].map((start) => this.bits.subarray(start, start + 8))
  readonly #sixteen = this.bits.subarray(0, 16)

  constructor(spec: BitmapSpec) {
    this.#spec = spec
    this.#alphabet = spec.encoding === 'binary' ? undefined : hexAlphabet(spec.encoding)
    this.#bytesMax = spec.size === 'extensible' ? (spec.fieldsMax ?? 128) / 8 : spec.size
  }

  /** The highest field number it can announce. */
  get fieldsMax(): number {
    return this.#bytesMax * 8
  }

  /** Whether bit `field` announces a further bitmap and so can be no field. */
  announces(field: number): boolean {
    return field === 1 || (field === 65 && this.#bytesMax === 24)
  }

  /** Fills `bits` and returns how many of its bytes count. */
  read(reader: Reader): number {
    const { size, firstBit = 'set' } = this.#spec
    const start = reader.position
    if (size !== 'extensible') {
      this.#take(reader, 0, size)
      const expected = size === 16 && firstBit === 'set'
      if (((this.bits[0]! & 0x80) !== 0) !== expected) throw this.#bitFault(reader, start, expected ? 'set' : 'clear')
      this.bits[0]! &= 0x7f
      return size
    }
    let count = 0
    do {
      if (count === this.#bytesMax) throw this.#bitFault(reader, start, 'clear')
      if (count > 0) this.bits[count - 8]! &= 0x7f
      this.#take(reader, count, 8)
      count += 8
    } while (count < 24 && (this.bits[count - 8]! & 0x80) !== 0 && this.#extends(count))
    if (count > 8 && this.#empty(count - 8)) {
      throw reader.fault('ISO_BITMAP', {
        path,
        at: start,
        expected: 'a field in the last bitmap',
        actual: 'an empty bitmap',
      })
    }
    return count
  }

  /** Whether the first bit of the bitmap that ends at `count` announces another one. */
  #extends(count: number): boolean {
    return count === 8 || this.#bytesMax === 24
  }

  #empty(start: number): boolean {
    for (let i = start; i < start + 8; i++) if (this.bits[i] !== 0) return false
    return true
  }

  #take(reader: Reader, at: number, count: number): void {
    const { position, bytes } = reader
    const size = this.#alphabet === undefined ? count : count * 2
    if (reader.end - position < size) throw reader.truncated(path, size)
    if (this.#alphabet === undefined) for (let i = 0; i < count; i++) this.bits[at + i] = bytes[position + i]!
    else {
      const target = count === 16 ? this.#sixteen : this.#stretches[at >> 3]!
      const wrong = decodeHex(this.#alphabet, bytes, position, target)
      if (wrong >= 0) throw hexFault(reader, path, wrong)
    }
    reader.position = position + size
  }

  #bitFault(reader: Reader, at: number, expected: string): Error {
    const actual = expected === 'set' ? 'clear' : 'set'
    return reader.fault('ISO_BITMAP', { path, at, expected: `bit 1 ${expected}`, actual: `bit 1 ${actual}` })
  }

  /** Writes the bits of the fields that have values, `last` being the highest of them. */
  write(writer: Writer, values: readonly unknown[], last: number): void {
    const { size, firstBit = 'set' } = this.#spec
    const count = size === 'extensible' ? (last > 128 ? 24 : last > 64 ? 16 : 8) : size
    writer.reserve(count * 2)
    const { bytes, position } = writer
    for (let i = position; i < position + count; i++) bytes[i] = 0
    for (let field = 2; field <= last; field++) {
      if (values[field] !== undefined) bytes[position + ((field - 1) >> 3)]! |= 0x80 >> ((field - 1) & 7)
    }
    const announced = size === 'extensible' ? count > 8 : size === 16 && firstBit === 'set'
    if (announced) bytes[position]! |= 0x80
    if (size === 'extensible' && count > 16) bytes[position + 8]! |= 0x80
    writer.position = position + count
    if (this.#alphabet !== undefined) encodeHexInPlace(writer, position, this.#alphabet)
  }
}
