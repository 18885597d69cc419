// A message as a program sees it: the MTI, the envelope's hex digits, and values by field number or path. It knows no
// dialect; the codec checks values when it packs them. A printed message shows which fields it has, never their values.

import { inspect } from 'node:util'
import { assert } from '@shua/assert'
import { LazyTlv } from './field/lazy-tlv.ts'
import { type FieldValue, isComposite } from './field-value.ts'

/** The parts of a message that only the codec touches. */
interface Inside {
  /** Field numbers in ascending order, and their values at the same indexes. */
  readonly numbers: number[]
  readonly values: (FieldValue | LazyTlv)[]
  /** Filler nibbles that were read and differ from the dialect's own, by field number. */
  fillers: Map<number, number> | undefined
}

let insideOf: (message: Message) => Inside

export class Message {
  mti: string
  /** Hex digits by envelope part, e.g. `{ tpdu: '6000030000', header: '603100310000' }`. */
  readonly envelope: Record<string, string> = {}
  readonly #inside: Inside = { numbers: [], values: [], fillers: undefined }

  static {
    insideOf = (message) => message.#inside
  }

  constructor(mti: string) {
    this.mti = mti
  }

  /** The value of a field (`4`) or of a part of it (`'60.2'`, `'55.9F26'`; the first one when ids repeat). */
  get(path: number | string): FieldValue | undefined {
    if (typeof path === 'number') return this.#field(path)
    const dot = path.indexOf('.')
    if (dot < 0) return this.#field(Number(path))
    const index = indexOf(this.#inside.numbers, Number(path.slice(0, dot)))
    const value = index < 0 ? undefined : this.#inside.values[index]
    const rest = path.slice(dot + 1)
    return value instanceof LazyTlv ? value.find(rest) : findPart(value, rest)
  }

  text(path: number | string): string | undefined {
    const value = this.get(path)
    return typeof value === 'string' ? value : undefined
  }

  bytes(path: number | string): Uint8Array | undefined {
    const value = this.get(path)
    return value instanceof Uint8Array ? value : undefined
  }

  amount(path: number | string): bigint | undefined {
    const value = this.get(path)
    return typeof value === 'bigint' ? value : undefined
  }

  set(field: number, value: FieldValue): this {
    assert(Number.isInteger(field) && field >= 2 && field <= 192, 'a field number lies between 2 and 192')
    const { numbers, values, fillers } = this.#inside
    fillers?.delete(field)
    if (numbers.length === 0 || numbers.at(-1)! < field) {
      numbers.push(field)
      values.push(value)
      return this
    }
    const index = indexOf(numbers, field)
    if (index >= 0) values[index] = value
    else {
      const behind = numbers.findIndex((number) => number > field)
      numbers.splice(behind, 0, field)
      values.splice(behind, 0, value)
    }
    return this
  }

  delete(field: number): this {
    const index = indexOf(this.#inside.numbers, field)
    if (index >= 0) {
      this.#inside.numbers.splice(index, 1)
      this.#inside.values.splice(index, 1)
      this.#inside.fillers?.delete(field)
    }
    return this
  }

  has(path: number | string): boolean {
    return this.get(path) !== undefined
  }

  /** The numbers of the fields present, ascending. */
  fields(): number[] {
    return [...this.#inside.numbers]
  }

  /** Safe to log: the type and the numbers of the fields, no values. */
  toJSON(): { mti: string; fields: number[] } {
    return { mti: this.mti, fields: this.fields() }
  }

  [inspect.custom](): string {
    return `Message ${this.mti} [${this.#inside.numbers.join(' ')}]`
  }

  #field(field: number): FieldValue | undefined {
    const { numbers, values } = this.#inside
    const index = indexOf(numbers, field)
    if (index < 0) return undefined
    const value = values[index]!
    if (!(value instanceof LazyTlv)) return value
    const composite = value.subfields()
    values[index] = composite
    return composite
  }
}

/** Where `field` stands in the ascending numbers, or -1. */
function indexOf(numbers: readonly number[], field: number): number {
  let low = 0
  let high = numbers.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const found = numbers[middle]!
    if (found === field) return middle
    if (found < field) low = middle + 1
    else high = middle - 1
  }
  return -1
}

function findPart(value: FieldValue | undefined, path: string): FieldValue | undefined {
  if (!isComposite(value)) return undefined
  const dot = path.indexOf('.')
  const id = dot < 0 ? path : path.slice(0, dot)
  const part = value.find((subfield) => subfield.id === id)?.value
  return dot < 0 ? part : findPart(part, path.slice(dot + 1))
}

export { insideOf, type Inside }
