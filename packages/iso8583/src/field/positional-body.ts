// A string cut at fixed positions, such as field 60: type, batch number, network code and so on, as many as are needed.

import { classNames, inClass } from '../character-class.ts'
import type { PositionSpec } from '../dialect.ts'
import { type Composite, type FieldValue, isComposite, type Subfield } from '../field-value.ts'
import type { Reader } from '../reader.ts'
import { packFault, typeFault, type Writer } from '../writer.ts'
import type { Body, BodyContext, Layout, ReadValue } from './body.ts'

export class PositionalBody implements Body {
  readonly #context: BodyContext
  readonly #inner: Body
  readonly #parts: readonly PositionSpec[]

  constructor(context: BodyContext, inner: Body, parts: readonly PositionSpec[]) {
    this.#context = context
    this.#inner = inner
    this.#parts = parts
  }

  wireSize(units: number): number {
    return this.#inner.wireSize(units)
  }

  layout(units: number): Layout {
    return this.#inner.layout(units)
  }

  text(): undefined {
    return undefined
  }

  read(reader: Reader, units: number): Composite {
    const start = reader.position
    const text = this.#inner.read(reader, units) as string
    const parts: Subfield[] = []
    const wrong = this.#cut(text, parts)
    if (wrong !== undefined) {
      const { path, code, expected, actual } = wrong
      const { lead, width } = this.#inner.layout(units)
      throw reader.fault(code, { path, at: start + ((lead + wrong.character * width) >> 1), expected, actual })
    }
    if (reader.tracer !== undefined) this.#trace(reader, { start, text, ...this.#inner.layout(units) })
    return parts
  }

  /** Fills `parts` and tells what is wrong with the text, if anything is. */
  #cut(text: string, parts: Subfield[]): WrongPart | undefined {
    let at = 0
    for (const part of this.#parts) {
      if (at === text.length) return undefined
      const { id, length, content } = part
      const end = at + length
      if (end > text.length) {
        const actual = `${text.length - at} characters`
        return {
          path: this.#pathOf(id),
          character: at,
          code: 'ISO_FIELD_LENGTH',
          expected: `${length} characters`,
          actual,
        }
      }
      const value = text.slice(at, end)
      if (content !== undefined && !allInClass(content, value)) {
        const expected = classNames[content]
        return { path: this.#pathOf(id), character: at, code: 'ISO_FIELD_CLASS', expected, actual: 'something else' }
      }
      parts.push({ id, value: content === 'amount' ? BigInt(value) : value })
      at = end
    }
    return undefined
  }

  #pathOf(id: string): string {
    return `${this.#context.path}.${id}`
  }

  #trace(reader: Reader, found: Layout & { start: number; text: string }): void {
    const { start, text, lead, width, placed } = found
    const scale = reader.nibblesPerByte / 2
    const nibble = (character: number) => reader.nibbleAt(start) + (lead + character * width) * scale
    let at = 0
    for (const { id, title, mask, length } of this.#parts) {
      if (at === text.length) break
      const place = { start: nibble(at), end: nibble(at + length) }
      reader.tracer!.leaf({
        path: `${this.#context.path}.${id}`,
        title,
        mask: mask ?? 'auto',
        ...place,
        bodyStart: place.start,
        bodyEnd: place.end,
        width: width * scale,
        placed,
        text: text.slice(at, at + length),
      })
      at += length
    }
  }

  /** Takes the list of parts, or the whole string, which is then cut as if it had been read. */
  write(writer: Writer, value: ReadValue): number {
    const { path } = this.#context
    if (typeof value === 'string') {
      const wrong = this.#cut(value, [])
      if (wrong !== undefined) throw packFault(wrong.code, wrong.path, wrong.expected, wrong.actual)
      return this.#inner.write(writer, value)
    }
    if (!isComposite(value)) throw typeFault(path, 'a list of parts', value)
    let text = ''
    for (let i = 0; i < value.length; i++) {
      const part = this.#parts[i]
      const { id } = value[i]!
      if (part?.id !== id) {
        const known = this.#parts.some((one) => one.id === id)
        const code = known ? 'ISO_SUBFIELD_ORDER' : 'ISO_SUBFIELD_UNKNOWN'
        throw packFault(code, path, part === undefined ? 'no more parts' : `part ${part.id}`, 'another part')
      }
      text += this.#partText(part, value[i]!.value)
    }
    return this.#inner.write(writer, text)
  }

  #partText(part: PositionSpec, value: FieldValue): string {
    const path = `${this.#context.path}.${part.id}`
    if (part.content === 'amount') {
      if (typeof value !== 'bigint') throw typeFault(path, 'a bigint', value)
      if (value < 0n) throw packFault('ISO_FIELD_CLASS', path, 'an amount of zero or more', 'a negative one')
      const text = value.toString().padStart(part.length, '0')
      if (text.length === part.length) return text
      throw packFault('ISO_FIELD_LENGTH', path, `at most ${part.length} digits`, 'a larger amount')
    }
    if (typeof value !== 'string') throw typeFault(path, 'a string', value)
    if (value.length !== part.length) {
      throw packFault('ISO_FIELD_LENGTH', path, `${part.length} characters`, `${value.length} characters`)
    }
    if (part.content !== undefined && !allInClass(part.content, value)) {
      throw packFault('ISO_FIELD_CLASS', path, classNames[part.content], 'something else')
    }
    return value
  }
}

interface WrongPart {
  readonly code: 'ISO_FIELD_LENGTH' | 'ISO_FIELD_CLASS'
  readonly path: string
  readonly character: number
  readonly expected: string
  readonly actual: string
}

function allInClass(content: NonNullable<PositionSpec['content']>, text: string): boolean {
  for (const character of text) if (!inClass(content, character)) return false
  return true
}
