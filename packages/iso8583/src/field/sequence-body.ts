// Fields one after the other; the last ones may be absent.

import type { BytesEncoding } from '../dialect.ts'
import { type Composite, isComposite, type Subfield } from '../field-value.ts'
import type { Reader } from '../reader.ts'
import { packFault, typeFault, type Writer } from '../writer.ts'
import { type BodyContext, partValue, type ReadValue } from './body.ts'
import { ContainerBody } from './container-body.ts'
import type { FieldCodec } from './field-codec.ts'

export interface NamedField {
  readonly id: string
  readonly codec: FieldCodec
}

export class SequenceBody extends ContainerBody {
  readonly #fields: readonly NamedField[]

  constructor(context: BodyContext, encoding: BytesEncoding, fields: readonly NamedField[]) {
    super(context, encoding)
    this.#fields = fields
  }

  protected override readParts(reader: Reader): Composite {
    const parts: Subfield[] = []
    for (const { id, codec } of this.#fields) {
      if (reader.position === reader.end) break
      parts.push({ id, value: partValue(codec.read(reader)) })
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

  protected override writeParts(writer: Writer, value: ReadValue): void {
    const { path } = this.context
    if (!isComposite(value)) throw typeFault(path, 'a list of parts', value)
    for (let i = 0; i < value.length; i++) {
      const field = this.#fields[i]
      if (field?.id !== value[i]!.id) {
        const known = this.#fields.some((one) => one.id === value[i]!.id)
        const code = known ? 'ISO_SUBFIELD_ORDER' : 'ISO_SUBFIELD_UNKNOWN'
        throw packFault(code, path, field === undefined ? 'no more parts' : `part ${field.id}`, 'another part')
      }
      field.codec.write(writer, value[i]!.value)
    }
  }
}
