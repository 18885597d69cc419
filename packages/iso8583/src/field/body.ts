// A body is the value of a field without its length prefix. Every kind of content and encoding is one body; fixed and
// variable fields wrap it, and composites hold fields and bodies of their own.

import { assert } from '@shua/assert'
import type { FieldValue } from '../field-value.ts'
import type { Reader } from '../reader.ts'
import type { Writer } from '../writer.ts'
import { LazyTlv } from './lazy-tlv.ts'

/** What reading gives: BER-TLV of a message's own field stays in its bytes until it is asked for. */
export type ReadValue = FieldValue | LazyTlv

export interface Body {
  /** Bytes on the wire of a value of so many units (digits, characters or bytes). */
  wireSize(units: number): number
  /** Reads exactly `wireSize(units)` bytes, which the caller made sure are there, and moves the reader behind them. */
  read(reader: Reader, units: number): ReadValue
  /** Appends the value and returns its units. */
  write(writer: Writer, value: ReadValue): number
  /** Where the text of a value stands in the wire bytes. */
  layout(units: number): Layout
  /** The value as people read it; undefined for composites. */
  text(value: ReadValue): string | undefined
}

export interface Layout {
  /** Nibbles in front of the first character, and nibbles a character takes. */
  readonly lead: number
  readonly width: number
  /** Whether every character of the text stands at its own place; not when padding was cut or in GBK. */
  readonly placed: boolean
}

/** What a body needs to know of its field besides content and encoding. */
export interface BodyContext {
  readonly path: string
  /** Least and most units. */
  readonly min: number
  readonly max: number
  /** Set for the fields of the message itself, whose fillers the message remembers. */
  readonly field: number | undefined
}

/** Inside composites BER-TLV is read into its list at once, so programs never meet the other form. */
export function partValue(value: ReadValue): FieldValue {
  assert(!(value instanceof LazyTlv), 'only fields of the message itself are read later')
  return value
}
