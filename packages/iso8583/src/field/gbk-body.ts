// Text that may hold Chinese characters. Its length counts bytes; plain ASCII text takes the fast path.

import { byteText, classNames } from '../character-class.ts'
import type { PadSpec } from '../dialect.ts'
import { decodeGbk, encodeGbk } from '../gbk.ts'
import type { Reader } from '../reader.ts'
import { packFault, typeFault, type Writer } from '../writer.ts'
import type { Body, BodyContext, Layout, ReadValue } from './body.ts'
import { trimmed } from './text-body.ts'

export class GbkBody implements Body {
  readonly #context: BodyContext
  readonly #pad: PadSpec | undefined

  constructor(context: BodyContext, pad: PadSpec | undefined) {
    this.#context = context
    this.#pad = pad
  }

  wireSize(units: number): number {
    return units
  }

  layout(): Layout {
    return { lead: 0, width: 2, placed: false }
  }

  text(value: ReadValue): string {
    return value as string
  }

  read(reader: Reader, units: number): string {
    const { bytes, position } = reader
    const end = position + units
    let ascii = true
    for (let i = position; i < end; i++) {
      const byte = bytes[i]!
      if (byte < 0x20 || byte === 0x7f) throw this.#fault(reader, i)
      if (byte >= 0x80) ascii = false
    }
    const text = ascii ? reader.text(position, end) : decodeGbk(bytes.subarray(position, end))
    if (text === undefined) throw this.#fault(reader, position)
    reader.position = end
    return this.#pad?.trim === true ? trimmed(text, this.#pad) : text
  }

  write(writer: Writer, value: ReadValue): number {
    const { path, max } = this.#context
    if (typeof value !== 'string') throw typeFault(path, 'a string', value)
    if (value.length > max)
      throw packFault('ISO_FIELD_LENGTH', path, `at most ${max} bytes`, `${value.length} characters`)
    const encoded = hasControl(value) ? undefined : encodeGbk(value)
    if (encoded === undefined) throw packFault('ISO_FIELD_CLASS', path, classNames.text, 'a character outside GBK')
    if (encoded.length > max)
      throw packFault('ISO_FIELD_LENGTH', path, `at most ${max} bytes`, `${encoded.length} bytes`)
    const fill = this.#pad === undefined ? 0 : max - encoded.length
    writer.reserve(encoded.length + fill)
    const { bytes, position } = writer
    const left = this.#pad?.side === 'left' ? fill : 0
    if (fill > 0) bytes.fill(this.#pad!.character.charCodeAt(0), position, position + encoded.length + fill)
    bytes.set(encoded, position + left)
    writer.position = position + encoded.length + fill
    return encoded.length + fill
  }

  #fault(reader: Reader, at: number): Error {
    return reader.fault('ISO_FIELD_CLASS', {
      path: this.#context.path,
      at,
      expected: 'printable GBK text',
      actual: byteText(reader.bytes[at]!),
    })
  }
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 || code === 0x7f) return true
  }
  return false
}
