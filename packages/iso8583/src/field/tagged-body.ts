// Tag, length, value lists in characters or digits, such as field 59: A3 020 … . Order and repeated tags are kept;
// tags the dialect does not list are kept as bytes unless it refuses them.

import { byteText } from '../character-class.ts'
import type { BytesEncoding, TaggedSpec, Title } from '../dialect.ts'
import { fromEbcdic037 } from '../ebcdic.ts'
import { type Composite, isComposite, type Subfield } from '../field-value.ts'
import { isoFault } from '../iso-fault.ts'
import { nibbleText } from '../nibbles.ts'
import type { Reader } from '../reader.ts'
import { packFault, typeFault, type Writer } from '../writer.ts'
import { type BodyContext, partValue, type ReadValue } from './body.ts'
import { ContainerBody } from './container-body.ts'
import type { FieldCodec } from './field-codec.ts'

export interface TaggedOptions {
  readonly tag: TaggedSpec['tag']
  readonly fields: ReadonlyMap<string, FieldCodec>
  /** Makes the codec of a tag the dialect does not list; absent when such tags are refused. */
  readonly unknown: ((id: string) => FieldCodec) | undefined
}

export const unknownTagTitle: Title = { en: 'Unknown tag', zh: '未知标签' }

const tagPatterns = {
  ascii: /^[0-9A-Za-z]+$/,
  ebcdic: /^[0-9A-Za-z]+$/,
  bcd: /^[0-9]+$/,
  binary: /^[0-9A-F]+$/,
} as const

export class TaggedBody extends ContainerBody {
  readonly #options: TaggedOptions
  readonly #tagSize: number

  constructor(context: BodyContext, encoding: BytesEncoding, options: TaggedOptions) {
    super(context, encoding)
    this.#options = options
    const { length, encoding: tagEncoding } = options.tag
    this.#tagSize = tagEncoding === 'ascii' || tagEncoding === 'ebcdic' ? length : length / 2
  }

  protected override readParts(reader: Reader): Composite {
    const parts: Subfield[] = []
    while (reader.position < reader.end) {
      const start = reader.position
      const id = this.#readTag(reader)
      const outer = reader.tracer?.begin()
      const codec = this.#codec(id)
      if (codec === undefined) throw reader.fault('ISO_SUBFIELD_UNKNOWN', { ...this.#unknown(), at: start })
      const value = codec.read(reader)
      if (outer !== undefined) reader.tracer!.closeWidened(outer, reader.nibbleAt(start))
      parts.push({ id, value: partValue(value) })
    }
    return parts
  }

  #readTag(reader: Reader): string {
    const { position, bytes } = reader
    const size = this.#tagSize
    if (reader.end - position < size) throw reader.truncated(this.context.path, size)
    const { encoding } = this.#options.tag
    const end = position + size
    const id =
      encoding === 'ascii'
        ? reader.text(position, end)
        : encoding === 'ebcdic'
          ? reader.translatedText(position, end, fromEbcdic037)
          : nibbleText(bytes, position, size)
    if (!tagPatterns[encoding].test(id)) {
      throw reader.fault('ISO_SUBFIELD_TAG', {
        path: this.context.path,
        at: position,
        expected: `a tag of ${this.#options.tag.length} characters`,
        actual: byteText(bytes[position]!),
      })
    }
    reader.position = end
    return id
  }

  #codec(id: string): FieldCodec | undefined {
    return this.#options.fields.get(id) ?? this.#options.unknown?.(id)
  }

  #unknown(): { path: string; expected: string; actual: string } {
    return { path: this.context.path, expected: 'a declared tag', actual: 'another tag' }
  }

  protected override writeParts(writer: Writer, value: ReadValue): void {
    const { path } = this.context
    if (!isComposite(value)) throw typeFault(path, 'a list of parts', value)
    for (const { id, value: part } of value) {
      this.#writeTag(writer, id)
      const codec = this.#codec(id)
      if (codec === undefined) throw isoFault('ISO_SUBFIELD_UNKNOWN', this.#unknown())
      codec.write(writer, part)
    }
  }

  #writeTag(writer: Writer, id: string): void {
    const { length, encoding } = this.#options.tag
    if (id.length !== length || !tagPatterns[encoding].test(id)) {
      throw packFault('ISO_SUBFIELD_TAG', this.context.path, `a tag of ${length} characters`, 'something else')
    }
    const bytes =
      encoding === 'ascii'
        ? Buffer.from(id, 'latin1')
        : encoding === 'ebcdic'
          ? Buffer.from(Array.from(id, (character) => fromEbcdic037.indexOf(character.charCodeAt(0))))
          : Buffer.from(id, 'hex')
    writer.reserve(bytes.length)
    writer.bytes.set(bytes, writer.position)
    writer.position += bytes.length
  }
}
