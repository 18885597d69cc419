// What composites of bytes have in common: their parts are read from a stretch of the message, or from the bytes that
// a stretch of hex text stands for.

import type { BytesEncoding } from '../dialect.ts'
import { Reader } from '../reader.ts'
import type { Writer } from '../writer.ts'
import type { Body, BodyContext, Layout, ReadValue } from './body.ts'
import { decodeHex, encodeHexInPlace, type HexAlphabet, hexAlphabet } from '../hex-text.ts'
import { hexFault } from './bytes-body.ts'

export abstract class ContainerBody implements Body {
  protected readonly context: BodyContext
  readonly #alphabet: HexAlphabet | undefined

  constructor(context: BodyContext, encoding: BytesEncoding) {
    this.context = context
    this.#alphabet = encoding === 'binary' ? undefined : hexAlphabet(encoding)
  }

  /** Reads parts until `reader.end`. */
  protected abstract readParts(reader: Reader): ReadValue
  protected abstract writeParts(writer: Writer, value: ReadValue): void

  wireSize(units: number): number {
    return this.#alphabet === undefined ? units : units * 2
  }

  layout(): Layout {
    return { lead: 0, width: this.#alphabet === undefined ? 1 : 2, placed: true }
  }

  text(): undefined {
    return undefined
  }

  read(reader: Reader, units: number): ReadValue {
    const { position, end } = reader
    if (this.#alphabet === undefined) {
      reader.end = position + units
      const value = this.readParts(reader)
      reader.end = end
      return value
    }
    const decoded = Buffer.allocUnsafe(units)
    const wrong = decodeHex(this.#alphabet, reader.bytes, position, decoded)
    if (wrong >= 0) throw hexFault(reader, this.context.path, wrong)
    const inside = new Reader(decoded, reader.tracer, {
      nibbleOrigin: reader.nibbleAt(position),
      nibblesPerByte: reader.nibblesPerByte * 2,
    })
    reader.position = position + units * 2
    return this.readParts(inside)
  }

  write(writer: Writer, value: ReadValue): number {
    const start = writer.position
    this.writeParts(writer, value)
    const units = writer.position - start
    if (this.#alphabet !== undefined) encodeHexInPlace(writer, start, this.#alphabet)
    return units
  }
}
