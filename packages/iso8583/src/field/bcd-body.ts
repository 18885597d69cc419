// Packed digits, two to a byte. An odd number of digits leaves one nibble over: the filler, in front of the digits
// (right-aligned) or behind them (left-aligned).

import { classNames } from '../character-class.ts'
import type { Content, PadSpec } from '../dialect.ts'
import { firstWrongPair, hexValue, nibbleBits, nibbleInClass, nibbleText, pairAt } from '../nibbles.ts'
import type { Reader } from '../reader.ts'
import { packFault, typeFault, type Writer } from '../writer.ts'
import type { Body, BodyContext, Layout, ReadValue } from './body.ts'
import { padded, trimmed } from './text-body.ts'

export interface BcdOptions {
  readonly content: Extract<Content, 'digits' | 'track' | 'hexDigits'>
  readonly left: boolean
  readonly filler: number
  readonly anyFiller: boolean
  /** The prefix counts bytes, so a trailing filler is what tells an odd number of digits. */
  readonly fillerEndsValue: boolean
  /** The prefix counts bytes and there is no such filler. */
  readonly evenOnly: boolean
  readonly pad: PadSpec | undefined
}

export class BcdBody implements Body {
  readonly #context: BodyContext
  readonly #options: BcdOptions
  readonly #bit: number

  constructor(context: BodyContext, options: BcdOptions) {
    this.#context = context
    this.#options = options
    this.#bit = nibbleBits[options.content]
  }

  wireSize(units: number): number {
    return (units + 1) >> 1
  }

  layout(units: number): Layout {
    const { left, pad } = this.#options
    return { lead: (units & 1) === 1 && !left ? 1 : 0, width: 1, placed: pad?.trim !== true }
  }

  text(value: ReadValue): string {
    return value as string
  }

  read(reader: Reader, units: number): string {
    const { bytes, position } = reader
    const size = (units + 1) >> 1
    const end = position + size
    const odd = (units & 1) === 1
    const { left, fillerEndsValue, pad } = this.#options
    // The byte with the filler is looked at on its own; all others must hold two allowed nibbles.
    const first = odd && !left ? position + 1 : position
    const last = (odd && left) || fillerEndsValue ? end - 1 : end
    const wrong = firstWrongPair(this.#bit, bytes, first, last)
    if (wrong >= 0) throw this.#classFault(reader, wrong)
    reader.position = end
    if (odd) return this.#oddText(reader, position, size)
    if (fillerEndsValue && size > 0) return this.#endedText(reader, position, size)
    const text = nibbleText(bytes, position, size)
    return pad?.trim === true ? trimmed(text, pad) : text
  }

  #oddText(reader: Reader, position: number, size: number): string {
    const { left, filler, anyFiller, pad } = this.#options
    const at = left ? position + size - 1 : position
    const byte = reader.bytes[at]!
    const digit = left ? byte >> 4 : byte & 15
    const found = left ? byte & 15 : byte >> 4
    if (!nibbleInClass(this.#bit, digit)) throw this.#classFault(reader, at)
    if (found !== filler) {
      if (!anyFiller || this.#context.field === undefined) {
        throw reader.fault('ISO_FIELD_FILLER', {
          path: this.#context.path,
          at,
          expected: `filler ${filler.toString(16).toUpperCase()}`,
          actual: `filler ${found.toString(16).toUpperCase()}`,
        })
      }
      reader.fillers ??= new Map()
      reader.fillers.set(this.#context.field, found)
    }
    const text = nibbleText(reader.bytes, position, size)
    const digits = left ? text.slice(0, -1) : text.slice(1)
    return pad?.trim === true ? trimmed(digits, pad) : digits
  }

  #endedText(reader: Reader, position: number, size: number): string {
    const at = position + size - 1
    const byte = reader.bytes[at]!
    const ended = (byte & 15) === this.#options.filler
    if (!nibbleInClass(this.#bit, byte >> 4) || (!ended && !nibbleInClass(this.#bit, byte & 15))) {
      throw this.#classFault(reader, at)
    }
    const text = nibbleText(reader.bytes, position, size)
    const digits = ended ? text.slice(0, -1) : text
    if (digits.length > this.#context.max || digits.length < this.#context.min) {
      throw reader.fault('ISO_FIELD_LENGTH', {
        path: this.#context.path,
        at: position,
        expected: `${this.#context.min} to ${this.#context.max} digits`,
        actual: `${digits.length} digits`,
      })
    }
    return digits
  }

  write(writer: Writer, value: ReadValue): number {
    const { path, max, field } = this.#context
    const { left, pad, content, evenOnly } = this.#options
    if (typeof value !== 'string') throw typeFault(path, 'a string of digits', value)
    if (value.length > max) throw packFault('ISO_FIELD_LENGTH', path, `at most ${max} digits`, `${value.length} digits`)
    const text = pad === undefined || value.length === max ? value : padded(value, pad, max)
    if (evenOnly && (text.length & 1) === 1) {
      throw packFault('ISO_FIELD_LENGTH', path, 'an even number of digits', `${text.length} digits`)
    }
    const size = (text.length + 1) >> 1
    writer.reserve(size)
    const { bytes } = writer
    let at = writer.position
    let i = 0
    if ((text.length & 1) === 1 && !left) {
      bytes[at++] = (this.#filler(writer, field) << 4) | this.#nibble(text, i++)
    }
    const bit = this.#bit
    for (const last = text.length - 1; i < last; i += 2) {
      const pair = pairAt(bit, text, i)
      if (pair < 0) throw packFault('ISO_FIELD_CLASS', path, classNames[content], `another near character ${i}`)
      bytes[at++] = pair
    }
    if (i < text.length) bytes[at++] = (this.#nibble(text, i) << 4) | this.#filler(writer, field)
    writer.position = at
    return text.length
  }

  #filler(writer: Writer, field: number | undefined): number {
    const read = field === undefined ? undefined : writer.fillers?.get(field)
    return read ?? this.#options.filler
  }

  #nibble(text: string, index: number): number {
    const code = text.charCodeAt(index)
    const nibble = code < 256 ? hexValue[code]! : -1
    if (nibble < 0 || !nibbleInClass(this.#bit, nibble)) {
      const { path } = this.#context
      throw packFault('ISO_FIELD_CLASS', path, classNames[this.#options.content], `another at character ${index}`)
    }
    return nibble
  }

  #classFault(reader: Reader, at: number): Error {
    const byte = reader.bytes[at]!
    const nibble = nibbleInClass(this.#bit, byte >> 4) ? byte & 15 : byte >> 4
    return reader.fault('ISO_FIELD_CLASS', {
      path: this.#context.path,
      at,
      expected: classNames[this.#options.content],
      actual: `nibble ${nibble.toString(16).toUpperCase()}`,
    })
  }
}
