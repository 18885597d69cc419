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

  constructor(context: BodyContext, encoding: 'ascii' | 'ebcdic' | 'bcd') {
    this.#context = context
    this.#packed = encoding === 'bcd'
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
    const size = this.wireSize(units)
    const { position } = reader
    const value =
      units <= exactDigits ? BigInt(this.#number(reader, position, size)) : this.#long(reader, position, size)
    reader.position = position + size
    return value
  }

  #number(reader: Reader, start: number, size: number): number {
    const base = this.#packed ? 100 : 10
    let value = 0
    for (let i = start; i < start + size; i++) value = value * base + this.#digitsAt(reader, start, i)
    return value
  }

  #long(reader: Reader, start: number, size: number): bigint {
    let text = ''
    for (let i = start; i < start + size; i++) {
      const digits = String(this.#digitsAt(reader, start, i))
      text += this.#packed ? digits.padStart(2, '0') : digits
    }
    return BigInt(text)
  }

  /** The digit, or the two packed digits, of one byte. */
  #digitsAt(reader: Reader, start: number, at: number): number {
    const byte = reader.bytes[at]!
    const digits = this.#packed ? packedPair(byte) : byte - this.#zero
    const limit = !this.#packed || (at === start && (this.#context.max & 1) === 1) ? 9 : 99
    if (digits < 0 || digits > limit) throw this.#classFault(reader, at)
    return digits
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
    return rest > 0 || (this.#packed && (this.#context.max & 1) === 1 && bytes[position]! > 9)
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

/** Two packed digits as a number, or -1. */
function packedPair(byte: number): number {
  const high = byte >> 4
  const low = byte & 15
  return high > 9 || low > 9 ? -1 : high * 10 + low
}
