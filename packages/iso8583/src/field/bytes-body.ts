// Bytes as they are, or as two hex characters each in ASCII or EBCDIC.

import { byteText } from '../character-class.ts'
import type { BytesEncoding } from '../dialect.ts'
import { fromEbcdic037 } from '../ebcdic.ts'
import { hexValue, lowerHexValue, nibbleText } from '../nibbles.ts'
import type { Reader } from '../reader.ts'
import { packFault, typeFault, type Writer } from '../writer.ts'
import type { Body, BodyContext, Layout, ReadValue } from './body.ts'

/** Hex text on the wire, in both directions. */
export interface HexAlphabet {
  /** By wire byte: the nibble, or -1. */
  readonly values: Int8Array
  /** By byte: its two wire bytes, the first one in the high half. */
  readonly pairs: Uint16Array
}

export function hexAlphabet(encoding: Exclude<BytesEncoding, 'binary'>): HexAlphabet {
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
  const { values } = alphabet
  const { length } = target
  let at = start
  let all = 0
  for (let i = 0; i < length; i++, at += 2) {
    const byte = (values[bytes[at]!]! << 4) | values[bytes[at + 1]!]!
    target[i] = byte
    all |= byte
  }
  if (all >= 0) return -1
  at = start
  while (values[bytes[at]!]! >= 0) at++
  return at
}

/** Turns the `count` bytes the writer wrote from `start` on into hex text in place. */
export function encodeHexInPlace(writer: Writer, start: number, alphabet: HexAlphabet): void {
  const count = writer.position - start
  writer.reserve(count)
  const { bytes, view } = writer
  const { pairs } = alphabet
  for (let i = count - 1; i >= 0; i--) view.setUint16(start + 2 * i, pairs[bytes[start + i]!]!)
  writer.position = start + 2 * count
}

/** TypedArray.set costs a call into native code, which values up to this length need not pay. */
export const shortBytes = 48

export function copyBytes(writer: Writer, value: Uint8Array): void {
  const { length } = value
  writer.reserve(length)
  const { bytes, position } = writer
  if (length > shortBytes) bytes.set(value, position)
  else for (let i = 0; i < length; i++) bytes[position + i] = value[i]!
  writer.position = position + length
}

export class BytesBody implements Body {
  readonly #context: BodyContext
  readonly #alphabet: HexAlphabet | undefined

  constructor(context: BodyContext, encoding: BytesEncoding) {
    this.#context = context
    this.#alphabet = encoding === 'binary' ? undefined : hexAlphabet(encoding)
  }

  wireSize(units: number): number {
    return this.#alphabet === undefined ? units : units * 2
  }

  layout(): Layout {
    return { lead: 0, width: this.#alphabet === undefined ? 1 : 2, placed: true }
  }

  text(value: ReadValue): string {
    const bytes = value as Uint8Array
    return nibbleText(bytes, 0, bytes.length)
  }

  read(reader: Reader, units: number): Uint8Array {
    const { position } = reader
    if (this.#alphabet === undefined) {
      reader.position = position + units
      return reader.view(position, position + units)
    }
    const decoded = Buffer.allocUnsafe(units)
    const wrong = decodeHex(this.#alphabet, reader.bytes, position, decoded)
    if (wrong >= 0) throw hexFault(reader, this.#context.path, wrong)
    reader.position = position + units * 2
    return decoded
  }

  write(writer: Writer, value: ReadValue): number {
    const { path, max } = this.#context
    if (!(value instanceof Uint8Array)) throw typeFault(path, 'bytes', value)
    if (value.length > max) throw packFault('ISO_FIELD_LENGTH', path, `at most ${max} bytes`, `${value.length} bytes`)
    const start = writer.position
    copyBytes(writer, value)
    if (this.#alphabet !== undefined) encodeHexInPlace(writer, start, this.#alphabet)
    return value.length
  }
}

export function hexFault(reader: Reader, path: string, at: number): Error {
  return reader.fault('ISO_FIELD_CLASS', { path, at, expected: 'a hex digit', actual: byteText(reader.bytes[at]!) })
}
