// The public samples: real messages of several hosts and terminals, with the values their publishers give for them.

import { readFileSync } from 'node:fs'
import { Fault } from '@shua/assert'
import { describe, expect, it } from 'vitest'
import { type Codec, compileDialect, type Composite, dialects, type FieldValue } from './index.ts'

interface Sample {
  readonly id: number | string
  readonly dialect: string
  readonly framing: string
  readonly hex: string
  readonly tpdu: string | null
  readonly header: string | null
  readonly mti: string
  readonly bitmap: string
  readonly fields: Readonly<Record<string, string>>
}

const samples = JSON.parse(
  readFileSync(new URL('../testdata/iso8583-samples.json', import.meta.url), 'utf8'),
) as readonly Sample[]

/** Written by an acquirer variant although their publisher names the plain dialect: the host echoes fields 53, 55, 59. */
const acquirerIds: ReadonlySet<number | string> = new Set([52])

const withEnvelope = [dialects.unionpayPos, dialects.unionpayPosAcquirer].map((dialect) => compileDialect(dialect))
const bare = [dialects.unionpayPos, dialects.unionpayPosAcquirer].map((dialect) =>
  compileDialect({ ...dialect, envelope: [] }),
)

function codecOf(sample: Sample): Codec {
  const acquirer = sample.dialect.startsWith('acquirer variant') || acquirerIds.has(sample.id)
  return (sample.framing.startsWith('message only') ? bare : withEnvelope)[acquirer ? 1 : 0]!
}

/** TPDU, header and message without the length in front. */
function payloadOf({ hex, framing }: Sample): Buffer {
  const bytes = Buffer.from(hex, 'hex')
  if (!framing.startsWith('2-byte length')) return bytes
  expect(bytes.readUInt16BE(0)).toBe(bytes.length - 2)
  return bytes.subarray(2)
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase()

/** Every form in which a publisher may have written the value down. */
function writings(value: FieldValue, field: string): string[] {
  if (typeof value === 'bigint') return [value.toString().padStart(12, '0')]
  if (typeof value === 'string') {
    // Chinese results are listed as their bytes in GBK; 成功 is the only one there is.
    return [value, ...(value === '成功' ? ['B3C9B9A6'] : [])]
  }
  if (value instanceof Uint8Array) {
    const text = Buffer.from(value).toString('latin1')
    return [hexOf(value), `0x${hexOf(value)}`, text, `ASCII "${text}"`]
  }
  return [field === '55' ? tlvHex(value) : value.map((part) => part.value as string).join('')]
}

function tlvHex(value: Composite): string {
  return value
    .map(({ id, value: part }) => {
      const bytes = part as Uint8Array
      return `${id}${bytes.length.toString(16).padStart(2, '0').toUpperCase()}${hexOf(bytes)}`
    })
    .join('')
}

/** The fault that `work` ends with; anything else fails the test. */
function faultOf(work: () => unknown): Fault {
  try {
    work()
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  throw new Error('nothing was refused')
}

/** Checks without `expect`, which is too slow for a hundred thousand messages; an empty list is the proof. */
function incompleteRefusal(codec: Codec, bytes: Buffer): string | undefined {
  const { code, path, details } = faultOf(() => codec.unpack(bytes))
  const { offset, expected, actual } = details
  const right =
    code.startsWith('ISO_') &&
    path !== undefined &&
    path !== '' &&
    Number.isInteger(offset) &&
    (offset as number) >= 0 &&
    (offset as number) <= bytes.length &&
    typeof expected === 'string' &&
    typeof actual === 'string'
  return right ? undefined : `${bytes.length} bytes: ${code} ${path} ${JSON.stringify(details)}`
}

it('there are forty-four samples', () => {
  expect(samples).toHaveLength(44)
})

describe.each(samples.map((sample) => [sample.id, sample.mti, sample] as const))(
  'sample %s (%s)',
  (_id, _mti, sample) => {
    const codec = codecOf(sample)
    const payload = payloadOf(sample)

    it('packs back to the same bytes', () => {
      const message = codec.unpack(payload)
      expect(hexOf(codec.pack(message))).toBe(hexOf(payload))
      // Asking for the values turns what is read late into lists; the bytes stay the same.
      for (const field of message.fields()) message.get(field)
      expect(hexOf(codec.pack(message))).toBe(hexOf(payload))
    })

    it('has the values its publisher lists, and no others', () => {
      const message = codec.unpack(payload)
      expect(message.mti).toBe(sample.mti)
      if (sample.tpdu && codec.dialect.envelope?.length !== 0) expect(message.envelope['tpdu']).toBe(sample.tpdu)
      if (sample.header && codec.dialect.envelope?.length !== 0) expect(message.envelope['header']).toBe(sample.header)
      const bits = BigInt(`0x${sample.bitmap}`)
      const announced = Array.from({ length: 64 }, (_, i) => i + 1).filter((field) => (bits >> BigInt(64 - field)) & 1n)
      expect(message.fields()).toEqual(announced)
      for (const [field, listed] of Object.entries(sample.fields)) {
        expect(writings(message.get(Number(field))!, field), `field ${field}`).toContain(listed)
      }
    })

    it('is refused at every length but its own', () => {
      const lengths = Array.from({ length: payload.length }, (_, length) => length)
      const wrong = lengths.map((length) => incompleteRefusal(codec, payload.subarray(0, length)))
      expect(wrong.filter((text) => text !== undefined)).toEqual([])
    })

    it('is refused with one to three bytes more', () => {
      const tails = [0x00, 0x20, 0x30, 0xff].flatMap((byte) => [1, 2, 3].map((count) => Buffer.alloc(count, byte)))
      for (const tail of tails) {
        const fault = faultOf(() => codec.unpack(Buffer.concat([payload, tail])))
        expect(fault.code).toBe('ISO_TRAILING_BYTES')
        expect(fault.path).toBe('message')
        expect(fault.details).toEqual({
          offset: payload.length,
          expected: 'the end of the message',
          actual: `${tail.length} more bytes`,
        })
      }
    })
  },
)
