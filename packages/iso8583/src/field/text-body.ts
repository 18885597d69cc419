// Characters of one byte each: ASCII and the two EBCDIC pages.

import { byteText, characterTables, classNames, firstOutside } from '../character-class.ts'
import type { Content, PadSpec } from '../dialect.ts'
import type { Reader } from '../reader.ts'
import { packFault, typeFault, type Writer } from '../writer.ts'
import type { Body, BodyContext, Layout, ReadValue } from './body.ts'

export interface TextOptions {
  readonly content: Exclude<Content, 'bytes' | 'amount'>
  /** From wire byte to character; ASCII without it. */
  readonly page: Uint8Array | undefined
  readonly pad: PadSpec | undefined
}

export class TextBody implements Body {
  readonly #context: BodyContext
  readonly #options: TextOptions
  readonly #allowed: Uint8Array
  readonly #toWire: Int16Array

  constructor(context: BodyContext, options: TextOptions) {
    this.#context = context
    this.#options = options
    const { allowed, toWire } = characterTables(options.content, options.page)
    this.#allowed = allowed
    this.#toWire = toWire
  }

  wireSize(units: number): number {
    return units
  }

  layout(): Layout {
    return { lead: 0, width: 2, placed: this.#options.pad?.trim !== true }
  }

  text(value: ReadValue): string {
    return value as string
  }

  read(reader: Reader, units: number): string {
    const { position } = reader
    const end = position + units
    const wrong = firstOutside(this.#allowed, reader.bytes, position, end)
    if (wrong >= 0) throw this.#classFault(reader, wrong)
    reader.position = end
    const { page, pad, content } = this.#options
    const text = page === undefined ? reader.text(position, end) : reader.translatedText(position, end, page)
    if (content === 'signedAmount' && !isSigned(text)) throw this.#classFault(reader, position)
    return pad?.trim === true ? trimmed(text, pad) : text
  }

  write(writer: Writer, value: ReadValue): number {
    const { path, max } = this.#context
    const { content, pad } = this.#options
    if (typeof value !== 'string') throw typeFault(path, 'a string', value)
    if (value.length > max) {
      throw packFault('ISO_FIELD_LENGTH', path, `at most ${max} characters`, `${value.length} characters`)
    }
    const text = pad === undefined || value.length === max ? value : padded(value, pad, max)
    if (content === 'signedAmount' && !isSigned(text)) {
      throw packFault('ISO_FIELD_CLASS', path, classNames[content], 'something else')
    }
    writer.reserve(text.length)
    const toWire = this.#toWire
    const { bytes, position } = writer
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      const wire = code < 256 ? toWire[code]! : -1
      if (wire < 0) throw packFault('ISO_FIELD_CLASS', path, classNames[content], `another at character ${i}`)
      bytes[position + i] = wire
    }
    writer.position = position + text.length
    return text.length
  }

  #classFault(reader: Reader, at: number): Error {
    return reader.fault('ISO_FIELD_CLASS', {
      path: this.#context.path,
      at,
      expected: classNames[this.#options.content],
      actual: byteText(reader.bytes[at]!),
    })
  }
}

function isSigned(text: string): boolean {
  return /^[CD][0-9]*$/.test(text)
}

export function padded(text: string, pad: PadSpec, length: number): string {
  return pad.side === 'left' ? text.padStart(length, pad.character) : text.padEnd(length, pad.character)
}

export function trimmed(text: string, pad: PadSpec): string {
  let start = 0
  let end = text.length
  if (pad.side === 'left') while (start < end && text[start] === pad.character) start++
  else while (end > start && text[end - 1] === pad.character) end--
  return text.slice(start, end)
}
