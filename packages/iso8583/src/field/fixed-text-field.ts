// The commonest field of all, characters of a fixed length, read in one step: for values this short the calls from
// field to body to reader cost as much as the work.

import { firstOutsideAscii } from '../character-class.ts'
import type { Reader } from '../reader.ts'
import type { ReadValue } from './body.ts'
import { type FieldFacts, FixedField } from './field-codec.ts'
import type { TextBody } from './text-body.ts'

export class FixedTextField extends FixedField {
  readonly #length: number
  readonly #bit: number

  /** `body` must be ASCII that keeps its padding and has no sign. */
  constructor(facts: FieldFacts, body: TextBody) {
    super(facts, body)
    this.#length = facts.max
    this.#bit = body.bit
  }

  override read(reader: Reader): ReadValue {
    const start = reader.position
    const end = start + this.#length
    // Whatever is out of the ordinary takes the long way, which also knows how to say what is wrong.
    if (
      end > reader.end ||
      reader.tracer !== undefined ||
      firstOutsideAscii(this.#bit, reader.bytes, start, end) >= 0
    ) {
      return super.read(reader)
    }
    reader.position = end
    const { whole } = reader
    return whole === undefined ? reader.text(start, end) : whole.slice(start, end)
  }
}
