// Encodes and decodes one message of the dialect: TPDU, application header, MTI, bitmap and fields (terminal-protocol §1).
// Used by the terminal session and by the byte-for-byte vector tests. Decoding is strict: a truncated field, a wrong pad on a
// fixed number or a byte too many is an error, because an answer with one would be a defect of the host.

import { fieldTable, type FieldForm } from './field-table.ts'

export type FieldValues = Readonly<Record<number, string>>

export interface WireMessage {
  readonly tpdu: string
  readonly header: string
  readonly mti: string
  readonly fields: FieldValues
}

export const envelopeLength = 11

export function encodeMessage(message: WireMessage): Buffer {
  const numbers = Object.keys(message.fields).map(Number)
  numbers.sort((left, right) => left - right)
  const bitmap = Buffer.alloc(8)
  for (const number of numbers) {
    const index = (number - 1) >> 3
    bitmap[index] = (bitmap[index] ?? 0) | (0x80 >> ((number - 1) & 7))
  }
  const parts = [hexBytes(message.tpdu + message.header + message.mti), bitmap]
  for (const number of numbers) parts.push(encodeField(number, formOf(number), message.fields[number] ?? ''))
  return Buffer.concat(parts)
}

export function decodeMessage(payload: Buffer): WireMessage {
  const reader = new ByteReader(payload)
  const tpdu = reader.hex(5)
  const header = reader.hex(6)
  const mti = reader.hex(2)
  const bitmap = reader.take(8)
  const fields: Record<number, string> = {}
  for (let number = 1; number <= 64; number += 1) {
    if (((bitmap[(number - 1) >> 3] ?? 0) & (0x80 >> ((number - 1) & 7))) === 0) continue
    fields[number] = decodeField(number, formOf(number), reader)
  }
  if (reader.remaining !== 0) throw new RangeError(`${reader.remaining} bytes follow the last field`)
  return { tpdu, header, mti, fields }
}

function formOf(number: number): FieldForm {
  const form = fieldTable[number]
  if (form === undefined) throw new RangeError(`field ${number} is not in the dialect`)
  return form
}

function encodeField(number: number, form: FieldForm, value: string): Buffer {
  switch (form.kind) {
    case 'digits': {
      expectLength(number, value.length, form.length)
      const padded = value.length % 2 === 0 ? value : form.align === 'left' ? `${value}0` : `0${value}`
      return hexBytes(padded)
    }
    case 'digitsCounted': {
      const data = value.length % 2 === 0 ? value : `${value}0`
      return Buffer.concat([lengthBytes(value.length, form), hexBytes(data)])
    }
    case 'text':
      expectLength(number, value.length, form.length)
      return Buffer.from(value, 'latin1')
    case 'textCounted':
      return Buffer.concat([lengthBytes(value.length, form), Buffer.from(value, 'latin1')])
    case 'binary':
      expectLength(number, value.length, form.length * 2)
      return hexBytes(value)
    case 'binaryCounted':
      return Buffer.concat([lengthBytes(value.length / 2, form), hexBytes(value)])
  }
}

function decodeField(number: number, form: FieldForm, reader: ByteReader): string {
  switch (form.kind) {
    case 'digits': {
      const nibbles = reader.hex(Math.ceil(form.length / 2))
      const value = form.align === 'left' ? nibbles.slice(0, form.length) : nibbles.slice(-form.length)
      const pad = form.align === 'left' ? nibbles.slice(form.length) : nibbles.slice(0, -form.length)
      if (!/^0*$/.test(pad)) throw new RangeError(`field ${number} is padded with ${pad}`)
      return decimal(number, value)
    }
    case 'digitsCounted': {
      const length = countedLength(number, form, reader)
      const value = reader.hex(Math.ceil(length / 2)).slice(0, length)
      return form.hexAllowed ? value : decimal(number, value)
    }
    case 'text':
      return reader.take(form.length).toString('latin1')
    case 'textCounted':
      return reader.take(countedLength(number, form, reader)).toString('latin1')
    case 'binary':
      return reader.hex(form.length)
    case 'binaryCounted':
      return reader.hex(countedLength(number, form, reader))
  }
}

interface CountedForm {
  readonly lengthDigits: 2 | 3
  readonly lengthMax: number
}

function lengthBytes(length: number, form: CountedForm): Buffer {
  return hexBytes(String(length).padStart(form.lengthDigits === 2 ? 2 : 4, '0'))
}

function countedLength(number: number, form: CountedForm, reader: ByteReader): number {
  const length = Number(decimal(number, reader.hex(form.lengthDigits === 2 ? 1 : 2)))
  if (length > form.lengthMax) throw new RangeError(`field ${number} has length ${length}, at most ${form.lengthMax}`)
  return length
}

function expectLength(number: number, actual: number, expected: number): void {
  if (actual !== expected) throw new RangeError(`field ${number} has length ${actual}, not ${expected}`)
}

function decimal(number: number, value: string): string {
  if (!/^\d*$/.test(value)) throw new RangeError(`field ${number} holds other than decimal digits`)
  return value
}

export function hexBytes(hex: string): Buffer {
  if (!/^(?:[0-9A-Fa-f]{2})*$/.test(hex)) throw new RangeError('not pairs of hex digits')
  return Buffer.from(hex, 'hex')
}

export function hexText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase()
}

class ByteReader {
  readonly #bytes: Buffer
  #offset = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset
  }

  take(length: number): Buffer {
    if (length > this.remaining)
      throw new RangeError(`${length} bytes wanted at ${this.#offset}, ${this.remaining} left`)
    this.#offset += length
    return this.#bytes.subarray(this.#offset - length, this.#offset)
  }

  hex(length: number): string {
    return hexText(this.take(length))
  }
}
