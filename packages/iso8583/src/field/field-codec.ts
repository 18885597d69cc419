// A field is a body with a fixed length, or with a prefix that tells its length. When a description is being made it
// also records where everything was.

import type { Mask, PrefixSpec, Title } from '../dialect.ts'
import { countOf } from '../iso-fault.ts'
import { compilePrefix, type LengthPrefix } from '../length-prefix.ts'
import type { Reader } from '../reader.ts'
import { packFault, type Writer } from '../writer.ts'
import type { Body, ReadValue } from './body.ts'

export interface FieldCodec {
  readonly path: string
  read(reader: Reader): ReadValue
  write(writer: Writer, value: ReadValue): void
}

/** What every field knows of itself. */
export interface FieldFacts {
  readonly path: string
  readonly title: Title
  readonly mask: Mask
  /** `digit`, `character` or `byte`, for faults. */
  readonly unit: string
  readonly min: number
  readonly max: number
}

export class FixedField implements FieldCodec {
  readonly path: string
  readonly #facts: FieldFacts
  readonly #body: Body
  readonly #units: number
  readonly #size: number

  constructor(facts: FieldFacts, body: Body) {
    this.path = facts.path
    this.#facts = facts
    this.#body = body
    this.#units = facts.max
    this.#size = body.wireSize(facts.max)
  }

  read(reader: Reader): ReadValue {
    if (reader.end - reader.position < this.#size) throw reader.truncated(this.path, this.#size)
    if (reader.tracer !== undefined) {
      return tracedRead(reader, this.#facts, { body: this.#body, units: this.#units, start: reader.position })
    }
    return this.#body.read(reader, this.#units)
  }

  write(writer: Writer, value: ReadValue): void {
    const units = this.#body.write(writer, value)
    if (units !== this.#units) throw writtenFault(this.#facts, units)
  }
}

/** What one count of a prefix stands for: a unit, two digits of BCD, or half a byte of hex text. */
export type CountRatio = 'unit' | 'twoUnits' | 'halfUnit'

export interface PrefixOptions {
  readonly prefix: PrefixSpec
  readonly ratio: CountRatio
}

export class VariableField implements FieldCodec {
  readonly path: string
  readonly #facts: FieldFacts
  readonly #body: Body
  readonly #prefix: LengthPrefix
  readonly #ratio: CountRatio
  readonly #unitsMin: number
  /** The most units a count may stand for: an odd maximum of BCD digits still fills its last byte. */
  readonly #unitsMax: number

  constructor(facts: FieldFacts, body: Body, options: PrefixOptions) {
    this.path = facts.path
    this.#facts = facts
    this.#body = body
    this.#prefix = compilePrefix(options.prefix)
    this.#ratio = options.ratio
    this.#unitsMin = facts.min
    this.#unitsMax = options.ratio === 'twoUnits' ? facts.max + (facts.max & 1) : facts.max
  }

  read(reader: Reader): ReadValue {
    const prefix = this.#prefix
    const start = reader.position
    if (reader.end - start < prefix.size) throw reader.truncated(this.path, prefix.size)
    const count = prefix.read(reader.bytes, start)
    if (count < 0) throw this.#prefixFault(reader)
    const units = this.#units(count)
    if (units < this.#unitsMin || units > this.#unitsMax) throw this.#lengthFault(reader, count)
    reader.position = start + prefix.size
    const size = this.#body.wireSize(units)
    if (reader.end - reader.position < size) throw reader.truncated(this.path, size)
    if (reader.tracer !== undefined) return tracedRead(reader, this.#facts, { body: this.#body, units, start })
    return this.#body.read(reader, units)
  }

  write(writer: Writer, value: ReadValue): void {
    const { size } = this.#prefix
    const at = writer.position
    writer.reserve(size)
    writer.position = at + size
    const units = this.#body.write(writer, value)
    if (units < this.#unitsMin || units > this.#facts.max) throw writtenFault(this.#facts, units)
    this.#prefix.write(writer.bytes, at, this.#count(units, writer.position - at - size))
  }

  /** The units a count stands for; -1 for half a byte. */
  #units(count: number): number {
    if (this.#ratio === 'unit') return count
    if (this.#ratio === 'twoUnits') return count * 2
    return (count & 1) === 0 ? count / 2 : -1
  }

  #count(units: number, wireSize: number): number {
    if (this.#ratio === 'unit') return units
    return this.#ratio === 'twoUnits' ? wireSize : units * 2
  }

  #prefixFault(reader: Reader): Error {
    return reader.fault('ISO_FIELD_PREFIX', {
      path: this.path,
      at: reader.position,
      expected: `a length of ${countOf(this.#prefix.size, 'byte')}`,
      actual: 'something else',
    })
  }

  #lengthFault(reader: Reader, count: number): Error {
    const { min, max, unit } = this.#facts
    return reader.fault('ISO_FIELD_LENGTH', {
      path: this.path,
      at: reader.position,
      expected: `${min} to ${countOf(max, unit)}`,
      actual: `a length of ${count}`,
    })
  }
}

function writtenFault(facts: FieldFacts, units: number): Error {
  const { path, min, max, unit } = facts
  const expected = min === max ? countOf(max, unit) : `${min} to ${countOf(max, unit)}`
  return packFault('ISO_FIELD_LENGTH', path, expected, countOf(units, unit))
}

function tracedRead(
  reader: Reader,
  facts: FieldFacts,
  part: { readonly body: Body; readonly units: number; readonly start: number },
): ReadValue {
  const { body, units, start } = part
  const tracer = reader.tracer!
  const outer = tracer.begin()
  const bodyAt = reader.nibbleAt(reader.position)
  const value = body.read(reader, units)
  const { lead, width, placed } = body.layout(units)
  const scale = reader.nibblesPerByte / 2
  tracer.close(outer, {
    path: facts.path,
    title: facts.title,
    mask: facts.mask,
    start: reader.nibbleAt(start),
    end: reader.nibbleAt(reader.position),
    bodyStart: bodyAt + lead * scale,
    bodyEnd: reader.nibbleAt(reader.position),
    width: width * scale,
    placed,
    text: body.text(value),
  })
  return value
}
