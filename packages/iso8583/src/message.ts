// A message as a program sees it: the MTI, the envelope's hex digits, and values by field number or path. It knows no
// dialect; the codec checks values when it packs them. A printed message shows which fields it has, never their values.

import { inspect } from 'node:util'
import { assert } from '@shua/assert'
import { LazyTlv } from './field/lazy-tlv.ts'
import { type FieldValue, isComposite } from './field-value.ts'

/** The parts of a message that only the codec touches. */
interface Inside {
  /** By field number. */
  readonly values: (FieldValue | LazyTlv | undefined)[]
  /** Filler nibbles that were read and differ from the dialect's own, by field number. */
  fillers: Map<number, number> | undefined
}

let insideOf: (message: Message) => Inside

export class Message {
  mti: string
  /** Hex digits by envelope part, e.g. `{ tpdu: '6000030000', header: '603100310000' }`. */
  readonly envelope: Record<string, string> = {}
  readonly #inside: Inside = { values: [], fillers: undefined }

  static {
    insideOf = (message) => message.#inside
  }

  constructor(mti: string) {
    this.mti = mti
  }

  /** The value of a field (`4`) or of a part of it (`'60.2'`, `'55.9F26'`; the first one when ids repeat). */
  get(path: number | string): FieldValue | undefined {
    if (typeof path === 'number') {
      const value = this.#inside.values[path]
      return value instanceof LazyTlv ? this.#listed(path, value) : value
    }
    const { field, rest } = parsedPath(path)
    if (rest === undefined) return this.get(field)
    const value = this.#inside.values[field]
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
    const { values, fillers } = this.#inside
    fillers?.delete(field)
    values[field] = value
    return this
  }

  delete(field: number): this {
    const { values, fillers } = this.#inside
    fillers?.delete(field)
    if (field < values.length) values[field] = undefined
    return this
  }

  has(path: number | string): boolean {
    return this.get(path) !== undefined
  }

  /** The numbers of the fields present, ascending. */
  fields(): number[] {
    const { values } = this.#inside
    const present: number[] = []
    for (let field = 2; field < values.length; field++) if (values[field] !== undefined) present.push(field)
    return present
  }

  /** The highest number among the fields present, 0 without any. */
  get lastField(): number {
    const { values } = this.#inside
    let last = values.length - 1
    while (last > 0 && values[last] === undefined) last--
    return Math.max(last, 0)
  }

  /** Safe to log: the type and the numbers of the fields, no values. */
  toJSON(): { mti: string; fields: number[] } {
    return { mti: this.mti, fields: this.fields() }
  }

  [inspect.custom](): string {
    return `Message ${this.mti} [${this.fields().join(' ')}]`
  }

  #listed(field: number, value: LazyTlv): FieldValue {
    const composite = value.subfields()
    this.#inside.values[field] = composite
    return composite
  }
}

interface ParsedPath {
  readonly field: number
  /** What follows the first dot. */
  readonly rest: string | undefined
}

const parsedPaths = new Map<string, ParsedPath>()
/** Programs ask for the same few paths; one that makes them up must not fill the memory. */
const parsedPathsMax = 1024

function parsedPath(path: string): ParsedPath {
  const known = parsedPaths.get(path)
  if (known !== undefined) return known
  const dot = path.indexOf('.')
  const parsed =
    dot < 0
      ? { field: Number(path), rest: undefined }
      : { field: Number(path.slice(0, dot)), rest: path.slice(dot + 1) }
  if (parsedPaths.size < parsedPathsMax) parsedPaths.set(path, parsed)
  return parsed
}

function findPart(value: FieldValue | undefined, path: string): FieldValue | undefined {
  if (!isComposite(value)) return undefined
  const dot = path.indexOf('.')
  const id = dot < 0 ? path : path.slice(0, dot)
  const part = value.find((subfield) => subfield.id === id)?.value
  return dot < 0 ? part : findPart(part, path.slice(dot + 1))
}

export { insideOf, type Inside }
