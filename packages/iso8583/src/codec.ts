// The codec of one dialect: bytes to message and back. Everything a program does with ISO 8583 goes through here.

import { assert, Fault } from '@shua/assert'
import type { Bitmap } from './bitmap.ts'
import { describeMessage, type Description } from './describe.ts'
import type { Dialect, EnvelopePart, Title } from './dialect.ts'
import type { FieldCodec } from './field/field-codec.ts'
import { isoFault } from './iso-fault.ts'
import { insideOf, Message } from './message.ts'
import { readMti, writeMti } from './mti.ts'
import { hexValue, nibbleText } from './nibbles.ts'
import { Reader } from './reader.ts'
import { Tracer } from './tracer.ts'
import { Writer } from './writer.ts'

export interface Codec {
  readonly dialect: Dialect
  /** Throws Fault ISO_… with the path of the field that cannot be packed. */
  pack(message: Message): Buffer
  /** Throws Fault ISO_… with path and details { offset, expected, actual }. */
  unpack(bytes: Uint8Array): Message
  /** The envelope and the fields before the fault, so that a host can answer with response code 30. */
  unpackPartly(bytes: Uint8Array): { message: Message; fault: Fault | undefined }
  /** The bytes from the MTI up to the MAC field, and the MAC field's bytes. Throws ISO_MAC_MISSING when there is none. */
  macInput(bytes: Uint8Array): { data: Buffer; mac: Buffer }
  /** What the bytes say, masked unless `unmask`. Never throws: what cannot be read is carried as a fault. */
  describe(bytes: Uint8Array, options?: { unmask?: boolean }): Description
}

export interface CodecParts {
  readonly bitmap: Bitmap
  /** By field number. */
  readonly fields: readonly (FieldCodec | undefined)[]
}

/** Where the MAC begins and the MTI; only `macInput` asks. */
interface Places {
  mti: number
  macField: number
  mac: number
}

export class DialectCodec implements Codec {
  readonly dialect: Dialect
  readonly #parts: CodecParts
  readonly #envelope: readonly EnvelopePart[]
  readonly #writer = new Writer()

  constructor(dialect: Dialect, parts: CodecParts) {
    this.dialect = dialect
    this.#parts = parts
    this.#envelope = dialect.envelope ?? []
  }

  pack(message: Message): Buffer {
    const writer = this.#writer
    writer.position = 0
    const { values, fillers } = insideOf(message)
    writer.fillers = fillers
    for (const part of this.#envelope) writeEnvelope(writer, part, message.envelope[part.id])
    writeMti(writer, message.mti, this.dialect.mti)
    const { bitmap, fields } = this.#parts
    const last = lastField(values)
    if (last > bitmap.fieldsMax) throw unknownField(last)
    bitmap.write(writer, values, last)
    for (let number = 2; number <= last; number++) {
      const value = values[number]
      if (value === undefined) continue
      const field = fields[number]
      if (field === undefined) throw unknownField(number)
      field.write(writer, value)
    }
    return writer.take()
  }

  unpack(bytes: Uint8Array): Message {
    const message = new Message('')
    this.#read(new Reader(asBuffer(bytes)), message)
    return message
  }

  unpackPartly(bytes: Uint8Array): { message: Message; fault: Fault | undefined } {
    const message = new Message('')
    return { message, fault: faultOf(() => this.#read(new Reader(asBuffer(bytes)), message)) }
  }

  macInput(bytes: Uint8Array): { data: Buffer; mac: Buffer } {
    const field = this.dialect.mac?.field
    const message = new Message('')
    const places: Places = { mti: 0, macField: field ?? 0, mac: 0 }
    const buffer = asBuffer(bytes)
    this.#read(new Reader(buffer), message, places)
    const mac = field === undefined ? undefined : message.get(field)
    if (!(mac instanceof Uint8Array)) {
      const path = field === undefined ? 'mac' : String(field)
      throw isoFault('ISO_MAC_MISSING', { path, expected: 'a MAC', actual: 'none' })
    }
    return { data: Buffer.from(buffer.subarray(places.mti, places.mac)), mac: asBuffer(mac) }
  }

  describe(bytes: Uint8Array, options: { unmask?: boolean } = {}): Description {
    const message = new Message('')
    const tracer = new Tracer()
    const { spans } = tracer
    const buffer = asBuffer(bytes)
    const reader = new Reader(buffer, tracer)
    const fault = faultOf(() => this.#read(reader, message))
    const facts = { dialect: this.dialect, mti: message.mti, spans, fault }
    return describeMessage(buffer, facts, options.unmask === true)
  }

  /** Reads everything into `message`, part by part, so that a fault leaves what was read before it. */
  #read(reader: Reader, message: Message, places?: Places): void {
    for (const part of this.#envelope) readEnvelope(reader, part, message)
    const start = reader.position
    if (places !== undefined) places.mti = start
    message.mti = readMti(reader, this.dialect.mti)
    if (reader.tracer !== undefined) this.#traceMti(reader, start, message.mti)
    const bitmapStart = reader.position
    const count = this.#parts.bitmap.read(reader)
    if (reader.tracer !== undefined) this.#traceBitmap(reader, bitmapStart, count)
    this.#readFields(reader, message, { count, places })
    if (reader.position < reader.end) {
      throw reader.fault('ISO_TRAILING_BYTES', {
        path: 'message',
        at: reader.position,
        expected: 'the end of the message',
        actual: `${reader.end - reader.position} more bytes`,
      })
    }
  }

  #readFields(reader: Reader, message: Message, state: { count: number; places: Places | undefined }): void {
    const { bits } = this.#parts.bitmap
    const { fields } = this.#parts
    const { count, places } = state
    const inside = insideOf(message)
    const { values } = inside
    // Setting the last one first makes the array grow once instead of three times.
    const last = lastBit(bits, count)
    if (last > 0) values[last] = undefined
    for (let i = 0; i < count; i++) {
      let rest = bits[i]!
      while (rest !== 0) {
        const bit = Math.clz32(rest) - 24
        rest &= 0x7f >> bit
        const number = i * 8 + bit + 1
        const field = fields[number]
        if (field === undefined) throw unknownField(number, reader)
        if (places?.macField === number) places.mac = reader.position
        values[number] = field.read(reader)
      }
    }
    inside.fillers = reader.fillers
  }

  #traceMti(reader: Reader, start: number, mti: string): void {
    const width = this.dialect.mti.encoding === 'bcd' ? 1 : 2
    traceHead(reader, { path: 'mti', title: mtiPartTitle, start, width, text: mti })
  }

  #traceBitmap(reader: Reader, start: number, count: number): void {
    const width = this.dialect.bitmap.encoding === 'binary' ? 1 : 2
    const text = fieldList(this.#parts.bitmap.bits, count)
    traceHead(reader, { path: 'bitmap', title: bitmapTitle, start, width, text })
  }
}

const mtiPartTitle: Title = { en: 'Message type', zh: '消息类型' }
const bitmapTitle: Title = { en: 'Bitmap', zh: '位图' }

interface Head {
  readonly path: string
  readonly title: Title
  readonly start: number
  readonly width: number
  readonly text: string
}

function traceHead(reader: Reader, head: Head): void {
  const start = reader.nibbleAt(head.start)
  const end = reader.nibbleAt(reader.position)
  reader.tracer!.leaf({ ...head, mask: 'none', placed: true, start, end, bodyStart: start, bodyEnd: end })
}

/** The highest bit that is set, 0 when none is. */
function lastBit(bits: Uint8Array, count: number): number {
  for (let i = count - 1; i >= 0; i--) {
    // The lowest set bit of a byte is its highest field.
    if (bits[i] !== 0) return i * 8 - 23 + Math.clz32(bits[i]! & -bits[i]!)
  }
  return 0
}

function lastField(values: readonly unknown[]): number {
  let last = values.length - 1
  while (last > 0 && values[last] === undefined) last--
  return Math.max(last, 0)
}

function fieldList(bits: Uint8Array, count: number): string {
  const fields: number[] = []
  for (let i = 0; i < count * 8; i++) if ((bits[i >> 3]! & (0x80 >> (i & 7))) !== 0) fields.push(i + 1)
  return fields.join(' ')
}

function readEnvelope(reader: Reader, part: EnvelopePart, message: Message): void {
  const { id, bytes, title } = part
  if (reader.end - reader.position < bytes) throw reader.truncated(id, bytes)
  const start = reader.position
  const text = nibbleText(reader.bytes, start, bytes)
  message.envelope[id] = text
  reader.position += bytes
  if (reader.tracer !== undefined) traceHead(reader, { path: id, title, start, width: 1, text })
}

function writeEnvelope(writer: Writer, part: EnvelopePart, given: string | undefined): void {
  const { bytes } = part
  const digits = given ?? part.default
  if (digits?.length !== bytes * 2) throw envelopeFault(part, digits)
  writer.reserve(bytes)
  for (let i = 0; i < digits.length; i += 2) {
    const byte = (nibble(digits, i) << 4) | nibble(digits, i + 1)
    if (byte < 0) throw envelopeFault(part, digits)
    writer.bytes[writer.position++] = byte
  }
}

function envelopeFault({ id, bytes }: EnvelopePart, digits: string | undefined): Error {
  const actual = digits === undefined ? 'nothing' : 'something else'
  return isoFault('ISO_ENVELOPE', { path: id, expected: `${bytes * 2} hex digits in upper case`, actual })
}

function nibble(digits: string, index: number): number {
  const code = digits.charCodeAt(index)
  return code < 256 ? hexValue[code]! : -1
}

function unknownField(field: number, reader?: Reader): Error {
  const facts = { path: String(field), expected: 'a declared field', actual: `field ${field}` }
  return reader === undefined
    ? isoFault('ISO_FIELD_UNKNOWN', facts)
    : reader.fault('ISO_FIELD_UNKNOWN', { ...facts, at: reader.position })
}

function asBuffer(bytes: Uint8Array): Buffer {
  assert(bytes instanceof Uint8Array, 'a message is given as bytes')
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The fault that `work` ended with; anything else that is thrown is a bug and goes on. */
function faultOf(work: () => void): Fault | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
}
