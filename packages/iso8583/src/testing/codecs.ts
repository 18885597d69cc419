// What the codec's tests share: codecs of one field, and the fault a piece of work ends with.

import { Fault } from '@shua/assert'
import { type Codec, compileDialect, type Dialect, type FieldSpec, type FieldValue, Message } from '../index.ts'

export const title = { en: 'Test' }

/** A dialect whose MTI is 2 bytes and whose bitmap is 8, so fields begin at byte 10. */
export function dialectOf(fields: Readonly<Record<string, FieldSpec>>, more: Partial<Dialect> = {}): Dialect {
  return { name: 'test', title, mti: { encoding: 'bcd' }, bitmap: { encoding: 'binary', size: 8 }, fields, ...more }
}

/** Field 2 alone. */
export function fieldCodec(spec: Omit<FieldSpec, 'title'>): Codec {
  return compileDialect(dialectOf({ 2: { title, ...spec } }))
}

const head = Buffer.from('02004000000000000000', 'hex')

/** The wire bytes of field 2 in hex. */
export function packField(codec: Codec, value: FieldValue): string {
  const bytes = codec.pack(new Message('0200').set(2, value))
  return hexOf(bytes.subarray(head.length))
}

export function unpackField(codec: Codec, hex: string): FieldValue {
  return codec.unpack(Buffer.concat([head, Buffer.from(hex, 'hex')])).get(2)!
}

/** The fault that `work` ends with; anything else fails the test. */
export function faultOf(work: () => unknown): Fault {
  try {
    work()
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  throw new Error('nothing was refused')
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase()
}

export function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(/[\s|]/g, ''), 'hex')
}
