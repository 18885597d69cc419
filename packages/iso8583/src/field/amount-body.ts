// Amounts: a fixed number of digits on the wire, a bigint of minor units for the program.

import { byteText } from '../character-class.ts'
import type { Reader } from '../reader.ts'
import { packFault, typeFault, type Writer } from '../writer.ts'
import type { Body, BodyContext, Layout, ReadValue } from './body.ts'

/** Up to this many digits a double holds the number exactly, and building the bigint from it is cheap. */
const exactDigits = 15

export class AmountBody implements Body {
  readonly #context: BodyContext
  readonly #packed: boolean
  /** The byte of digit 0 when a digit takes a byte: 0x30 in ASCII, 0xF0 in EBCDIC. */
  readonly #zero: number
  readonly #odd: boolean

  constructor(context: BodyContext, encoding: 'ascii' | 'ebcdic' | 'bcd') {
    this.#context = context
    this.#packed = encoding === 'bcd'
    this.#odd = (context.max & 1) === 1
    this.#zero = encoding === 'ebcdic' ? 0xf0 : 0x30
  }

  wireSize(units: number): number {
    return this.#packed ? (units + 1) >> 1 : units
  }

  layout(units: number): Layout {
    return this.#packed ? { lead: units & 1, width: 1, placed: true } : { lead: 0, width: 2, placed: true }
  }

  text(value: ReadValue): string {
    return String(value as bigint).padStart(this.#context.max, '0')
  }

  read(reader: Reader, units: number): bigint {
    const size = this.#packed ? (units + 1) >> 1 : units
    const start = reader.position
    const value = units <= exactDigits ? BigInt(this.#number(reader, start, size)) : this.#long(reader, start, size)
    reader.position = start + size
    return value
  }

  #number(reader: Reader, start: number, size: number): number {
    const { bytes } = reader
    const end = start + size
    let value = 0
    if (this.#packed) {
      // A filler in front of an odd number of digits is a zero like any other, as long as it is one.
      if (this.#odd && bytes[start]! > 9) throw this.#classFault(reader, start)
      for (let i = start; i < end; i++) {
        const pair = pairValues[bytes[i]!]!
        if (pair > 99) throw this.#classFault(reader, i)
        value = value * 100 + pair
      }
      return value
    }
    const zero = this.#zero
    for (let i = start; i < end; i++) {
      const digit = bytes[i]! - zero
      if (digit < 0 || digit > 9) throw this.#classFault(reader, i)
      value = value * 10 + digit
    }
    return value
  }

  /** In two parts, each of which a double holds exactly. */
  #long(reader: Reader, start: number, size: number): bigint {
    let value = 0n
    for (let at = start; at < start + size; at += longPart) {
      const count = Math.min(longPart, start + size - at)
      const part = at === start ? this.#number(reader, at, count) : this.#later(reader, at, count)
      value = value * 10n ** BigInt(this.#packed ? count * 2 : count) + BigInt(part)
    }
    return value
  }

  /** A part that is not the first, where no filler stands. */
  #later(reader: Reader, start: number, size: number): number {
    const { bytes } = reader
    let value = 0
    for (let i = start; i < start + size; i++) {
      const digits = this.#packed ? pairValues[bytes[i]!]! : bytes[i]! - this.#zero
      if (digits < 0 || digits > (this.#packed ? 99 : 9)) throw this.#classFault(reader, i)
      value = value * (this.#packed ? 100 : 10) + digits
    }
    return value
  }

  write(writer: Writer, value: ReadValue): number {
    const { path, max } = this.#context
    if (typeof value !== 'bigint') throw typeFault(path, 'a bigint', value)
    if (value < 0n) throw packFault('ISO_FIELD_CLASS', path, 'an amount of zero or more', 'a negative one')
    const size = this.wireSize(max)
    writer.reserve(size)
    const exact = max <= exactDigits || value <= BigInt(Number.MAX_SAFE_INTEGER)
    const rest = exact ? this.#writeNumber(writer, Number(value), size) : this.#writeLong(writer, value, size)
    if (rest) throw packFault('ISO_FIELD_LENGTH', path, `at most ${max} digits`, 'a larger amount')
    writer.position += size
    return max
  }

  /** Writes the digits from the right and tells whether some were left over. */
  #writeNumber(writer: Writer, value: number, size: number): boolean {
    const { bytes, position } = writer
    const base = this.#packed ? 100 : 10
    let rest = value
    for (let i = position + size - 1; i >= position; i--) {
      const digit = rest % base
      bytes[i] = this.#packed ? (((digit / 10) | 0) << 4) | (digit % 10) : this.#zero + digit
      rest = Math.floor(rest / base)
    }
    return rest > 0 || (this.#packed && this.#odd && bytes[position]! > 9)
  }

  #writeLong(writer: Writer, value: bigint, size: number): boolean {
    const digits = value.toString()
    if (digits.length > this.#context.max) return true
    const text = digits.padStart(this.#packed ? size * 2 : size, '0')
    for (let i = 0; i < size; i++) {
      writer.bytes[writer.position + i] = this.#packed
        ? Number.parseInt(text.slice(i * 2, i * 2 + 2), 16)
        : this.#zero + Number(text[i])
    }
    return false
  }

  #classFault(reader: Reader, at: number): Error {
    return reader.fault('ISO_FIELD_CLASS', {
      path: this.#context.path,
      at,
      expected: this.#packed ? 'two digits' : 'a digit',
      actual: byteText(reader.bytes[at]!),
    })
  }
}

/** Two packed digits as a number by byte; 255 where a nibble is no digit. */
const pairValues: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >> 4 > 9 || (byte & 15) > 9 ? 255 : (byte >> 4) * 10 + (byte & 15),
)

/** Bytes of a long amount read at once: at most fourteen digits. */
const longPart = 7
