// Characters of one byte each: ASCII and the two EBCDIC pages.

import {
  byteText,
  type CharacterTables,
  characterTables,
  classBits,
  classNames,
  firstOutside,
  firstOutsideAscii,
  putAscii,
  putMapped,
} from '../character-class.ts'
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
  readonly #path: string
  readonly #max: number
  readonly #page: Uint8Array | undefined
  readonly #pad: PadSpec | undefined
  readonly #trim: boolean
  readonly #signed: boolean
  readonly #className: string
  /** The class, and for EBCDIC its tables. */
  readonly bit: number
  readonly #tables: CharacterTables | undefined
  /** Whether reading is checking and taking the characters as they are. */
  readonly plain: boolean

  constructor(context: BodyContext, options: TextOptions) {
    const { content, page, pad } = options
    this.#path = context.path
    this.#max = context.max
    this.#page = page
    this.#pad = pad
    this.#trim = pad?.trim === true
    this.#signed = content === 'signedAmount'
    this.#className = classNames[content]
    this.bit = classBits[content]
    this.#tables = page === undefined ? undefined : characterTables(content, page)
    this.plain = page === undefined && !this.#trim && !this.#signed
  }

  wireSize(units: number): number {
    return units
  }

  layout(): Layout {
    return { lead: 0, width: 2, placed: !this.#trim }
  }

  text(value: ReadValue): string {
    return value as string
  }

  read(reader: Reader, units: number): string {
    const start = reader.position
    const end = start + units
    const tables = this.#tables
    const wrong =
      tables === undefined
        ? firstOutsideAscii(this.bit, reader.bytes, start, end)
        : firstOutside(tables.allowed, reader.bytes, start, end)
    if (wrong >= 0) throw this.#classFault(reader, wrong)
    reader.position = end
    const page = this.#page
    const text = page === undefined ? reader.text(start, end) : reader.translatedText(start, end, page)
    if (this.#signed && !isSigned(text)) throw this.#classFault(reader, start)
    return this.#trim ? trimmed(text, this.#pad!) : text
  }

  write(writer: Writer, value: ReadValue): number {
    if (typeof value !== 'string') throw typeFault(this.#path, 'a string', value)
    const max = this.#max
    if (value.length > max) {
      throw packFault('ISO_FIELD_LENGTH', this.#path, `at most ${max} characters`, `${value.length} characters`)
    }
    const pad = this.#pad
    const text = pad === undefined || value.length === max ? value : padded(value, pad, max)
    if (this.#signed && !isSigned(text)) {
      throw packFault('ISO_FIELD_CLASS', this.#path, this.#className, 'something else')
    }
    writer.reserve(text.length)
    const { bytes, position } = writer
    const tables = this.#tables
    const right =
      tables === undefined ? putAscii(this.bit, text, bytes, position) : putMapped(tables.toWire, text, bytes, position)
    if (!right) throw packFault('ISO_FIELD_CLASS', this.#path, this.#className, 'another character')
    writer.position = position + text.length
    return text.length
  }

  #classFault(reader: Reader, at: number): Error {
    return reader.fault('ISO_FIELD_CLASS', {
      path: this.#path,
      at,
      expected: this.#className,
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
