// The bytes being read and how far we are. One reader serves a whole message; parts that travel as hex text get a
// reader of their own over the decoded bytes, which maps its places back to the message for faults and descriptions.

import type { Fault } from '@shua/assert'
import { isoFault, type IsoFaultCode } from './iso-fault.ts'
import type { Tracer } from './tracer.ts'

export interface ReadFacts {
  readonly path: string
  /** Position in this reader's bytes. */
  readonly at: number
  readonly expected: string
  readonly actual: string
  readonly cause?: unknown
}

/** For bytes that were decoded out of a message, and so are nobody else's. */
export interface InsidePlace {
  readonly nibbleOrigin: number
  readonly nibblesPerByte: number
}

export class Reader {
  readonly bytes: Buffer
  position: number
  end: number
  /** Where byte 0 lies in the message, in nibbles, and how many of its nibbles one byte here takes. */
  readonly nibbleOrigin: number
  readonly nibblesPerByte: number
  /** Present when a description is being made. */
  readonly tracer: Tracer | undefined
  /** Filler nibbles that differ from the dialect's own, by field number. */
  fillers: Map<number, number> | undefined = undefined
  /** All bytes as characters of one byte each, once somebody asked for text; values are slices of it. */
  whole: string | undefined = undefined
  #translated: { page: Uint8Array; text: string } | undefined = undefined
  #own: Buffer | undefined = undefined

  constructor(bytes: Buffer, tracer?: Tracer, inside?: InsidePlace) {
    this.bytes = bytes
    this.position = 0
    this.end = bytes.length
    this.tracer = tracer
    this.nibbleOrigin = inside?.nibbleOrigin ?? 0
    this.nibblesPerByte = inside?.nibblesPerByte ?? 2
    if (inside !== undefined) this.#own = bytes
  }

  text(start: number, end: number): string {
    const whole = (this.whole ??= this.bytes.toString('latin1'))
    return whole.slice(start, end)
  }

  translatedText(start: number, end: number, page: Uint8Array): string {
    if (this.#translated?.page !== page) {
      const { bytes } = this
      const characters = Buffer.allocUnsafe(bytes.length)
      for (let i = 0; i < bytes.length; i++) characters[i] = page[bytes[i]!]!
      this.#translated = { page, text: characters.toString('latin1') }
    }
    return this.#translated.text.slice(start, end)
  }

  /** A view of bytes that nobody else can write to. Made this way it costs half of what Buffer.subarray does. */
  view(start: number, end: number): Uint8Array {
    const own = this.own()
    return new Uint8Array(own.buffer, own.byteOffset + start, end - start)
  }

  /** A copy of the bytes that nobody else can write to, at the same positions. */
  own(): Buffer {
    if (this.#own === undefined) {
      this.#own = Buffer.allocUnsafe(this.bytes.length)
      this.bytes.copy(this.#own, 0, 0, this.bytes.length)
    }
    return this.#own
  }

  /** The place of a position in the message, in nibbles. */
  nibbleAt(position: number): number {
    return this.nibbleOrigin + position * this.nibblesPerByte
  }

  fault(code: IsoFaultCode, facts: ReadFacts): Fault {
    const { at, ...rest } = facts
    return isoFault(code, { ...rest, offset: Math.floor(this.nibbleAt(at) / 2) })
  }

  truncated(path: string, needed: number): Fault {
    return this.fault('ISO_TRUNCATED', {
      path,
      at: this.position,
      expected: `${needed} bytes`,
      actual: `${this.end - this.position} bytes`,
    })
  }
}
