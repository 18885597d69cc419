// A composite with a bitmap of its own, as private fields of many networks have (127.25 and the like).

import type { BytesEncoding } from '../dialect.ts'
import { type Composite, isComposite, type Subfield } from '../field-value.ts'
import type { Reader } from '../reader.ts'
import { packFault, typeFault, type Writer } from '../writer.ts'
import { type BodyContext, partValue, type ReadValue } from './body.ts'
import { decodeHex, encodeHexInPlace, type HexAlphabet, hexAlphabet } from '../hex-text.ts'
import { hexFault } from './bytes-body.ts'
import { ContainerBody } from './container-body.ts'
import type { FieldCodec } from './field-codec.ts'

export interface BitmappedOptions {
  readonly bitmapEncoding: BytesEncoding
  readonly bitmapBytes: number
  readonly fields: ReadonlyMap<number, FieldCodec>
}

export class BitmappedBody extends ContainerBody {
  readonly #options: BitmappedOptions
  readonly #alphabet: HexAlphabet | undefined

  constructor(context: BodyContext, encoding: BytesEncoding, options: BitmappedOptions) {
    super(context, encoding)
    this.#options = options
    this.#alphabet = options.bitmapEncoding === 'binary' ? undefined : hexAlphabet(options.bitmapEncoding)
  }

  protected override readParts(reader: Reader): Composite {
    const bitmap = this.#readBitmap(reader)
    const parts: Subfield[] = []
    for (let bit = 1; bit <= bitmap.length * 8; bit++) {
      if ((bitmap[(bit - 1) >> 3]! & (0x80 >> ((bit - 1) & 7))) === 0) continue
      const codec = this.#options.fields.get(bit)
      if (codec === undefined) {
        throw reader.fault('ISO_SUBFIELD_UNKNOWN', {
          path: `${this.context.path}.${bit}`,
          at: reader.position,
          expected: 'a declared part',
          actual: `bit ${bit}`,
        })
      }
      parts.push({ id: String(bit), value: partValue(codec.read(reader)) })
    }
    if (reader.position < reader.end) {
      throw reader.fault('ISO_FIELD_LENGTH', {
        path: this.context.path,
        at: reader.position,
        expected: 'the end of the field',
        actual: `${reader.end - reader.position} more bytes`,
      })
    }
    return parts
  }

  #readBitmap(reader: Reader): Buffer {
    const { bitmapBytes } = this.#options
    const size = this.#alphabet === undefined ? bitmapBytes : bitmapBytes * 2
    if (reader.end - reader.position < size) throw reader.truncated(this.context.path, size)
    const bitmap = Buffer.alloc(bitmapBytes)
    if (this.#alphabet === undefined) reader.bytes.copy(bitmap, 0, reader.position, reader.position + size)
    else {
      const wrong = decodeHex(this.#alphabet, reader.bytes, reader.position, bitmap)
      if (wrong >= 0) throw hexFault(reader, this.context.path, wrong)
    }
    reader.position += size
    return bitmap
  }

  protected override writeParts(writer: Writer, value: ReadValue): void {
    const { path } = this.context
    if (!isComposite(value)) throw typeFault(path, 'a list of parts', value)
    this.#writeBitmap(writer, this.#bits(value))
    for (const { id, value: part } of value) this.#options.fields.get(Number(id))!.write(writer, part)
  }

  /** The bits of the parts, which must be declared and in ascending order. */
  #bits(parts: Composite): number[] {
    const { path } = this.context
    let last = 0
    return parts.map(({ id }) => {
      const bit = /^[1-9][0-9]{0,2}$/.test(id) ? Number(id) : 0
      if (!this.#options.fields.has(bit)) {
        throw packFault('ISO_SUBFIELD_UNKNOWN', path, 'a declared part', 'another part')
      }
      if (bit <= last) throw packFault('ISO_SUBFIELD_ORDER', path, `a part after ${last}`, `part ${bit}`)
      last = bit
      return bit
    })
  }

  #writeBitmap(writer: Writer, bits: readonly number[]): void {
    const { bitmapBytes } = this.#options
    const start = writer.position
    writer.reserve(bitmapBytes)
    writer.bytes.fill(0, start, start + bitmapBytes)
    for (const bit of bits) writer.bytes[start + ((bit - 1) >> 3)]! |= 0x80 >> ((bit - 1) & 7)
    writer.position = start + bitmapBytes
    if (this.#alphabet !== undefined) encodeHexInPlace(writer, start, this.#alphabet)
  }
}
