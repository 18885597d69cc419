// Bytes as they are, or as two hex characters each in ASCII or EBCDIC.

import { byteText } from '../character-class.ts'
import type { BytesEncoding } from '../dialect.ts'
import { decodeHex, encodeHexInPlace, type HexAlphabet, hexAlphabet } from '../hex-text.ts'
import { nibbleText } from '../nibbles.ts'
import type { Reader } from '../reader.ts'
import { packFault, typeFault, type Writer } from '../writer.ts'
import type { Body, BodyContext, Layout, ReadValue } from './body.ts'

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
