// Every way a value can travel, both directions, byte for byte.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileDialect, type FieldSpec, type FieldValue, Message } from './index.ts'
import { bytesOf, dialectOf, faultOf, fieldCodec, hexOf, packField, title, unpackField } from './testing/codecs.ts'

type Row = readonly [what: string, spec: Omit<FieldSpec, 'title'>, value: FieldValue, wire: string]

const ll = { digits: 2, encoding: 'ascii' } as const
const bcdLl = { digits: 2, encoding: 'bcd' } as const

const rows: readonly Row[] = [
  ['digits in ASCII', { content: 'digits', encoding: 'ascii', length: 3 }, '021', '303231'],
  ['digits in EBCDIC', { content: 'digits', encoding: 'ebcdic037', length: 3 }, '021', 'F0F2F1'],
  ['digits in BCD', { content: 'digits', encoding: 'bcd', length: 4 }, '0601', '0601'],
  ['odd BCD on the right', { content: 'digits', encoding: 'bcd', length: 3 }, '021', '0021'],
  ['odd BCD on the left', { content: 'digits', encoding: 'bcd', length: 3, align: 'left' }, '021', '0210'],
  ['a filler of F', { content: 'digits', encoding: 'bcd', length: 3, align: 'left', filler: 'F' }, '021', '021F'],
  ['track digits in BCD', { content: 'track', encoding: 'bcd', length: 6 }, '12D301', '12D301'],
  ['track characters', { content: 'track', encoding: 'ascii', length: 6 }, '12=301', '31323D333031'],
  ['hex digits in BCD', { content: 'hexDigits', encoding: 'bcd', length: 4 }, 'A0F9', 'A0F9'],
  ['an amount in ASCII', { content: 'amount', encoding: 'ascii', length: 5 }, 250n, '3030323530'],
  ['an amount in EBCDIC', { content: 'amount', encoding: 'ebcdic037', length: 5 }, 250n, 'F0F0F2F5F0'],
  ['an amount in BCD', { content: 'amount', encoding: 'bcd', length: 5 }, 99999n, '099999'],
  [
    'an amount beyond exact doubles',
    { content: 'amount', encoding: 'bcd', length: 16 },
    9_999_999_999_999_999n,
    '9999999999999999',
  ],
  ['an amount of 24 digits', { content: 'amount', encoding: 'ascii', length: 24 }, 10n ** 23n, `31${'30'.repeat(23)}`],
  ['a signed amount', { content: 'signedAmount', encoding: 'ascii', length: 4 }, 'D025', '44303235'],
  ['a signed amount in EBCDIC', { content: 'signedAmount', encoding: 'ebcdic037', length: 4 }, 'C025', 'C3F0F2F5'],
  ['a signed amount in BCD', { content: 'signedAmount', encoding: 'bcd', length: 9 }, 'C00000025', '4300000025'],
  ['letters', { content: 'alphabetic', encoding: 'ascii', length: 3 }, 'aZ ', '615A20'],
  ['letters and digits', { content: 'alphanumeric', encoding: 'ascii', length: 3 }, 'a9 ', '613920'],
  ['printable text', { content: 'printable', encoding: 'ascii', length: 3 }, '~ !', '7E2021'],
  ['letters in EBCDIC', { content: 'printable', encoding: 'ebcdic037', length: 4 }, 'Az[]', 'C1A9BABB'],
  ['code page 1047', { content: 'printable', encoding: 'ebcdic1047', length: 4 }, 'Az[]', 'C1A9ADBD'],
  ['Latin letters in EBCDIC', { content: 'text', encoding: 'ebcdic037', length: 2 }, 'é¬', '515F'],
  ['Chinese text', { content: 'text', encoding: 'gbk', length: 6 }, '成功ok', 'B3C9B9A66F6B'],
  ['bytes', { content: 'bytes', encoding: 'binary', length: 2 }, bytesOf('00FF'), '00FF'],
  ['bytes as hex', { content: 'bytes', encoding: 'hex', length: 2 }, bytesOf('0AFF'), '30414646'],
  ['bytes as lower-case hex', { content: 'bytes', encoding: 'hexLower', length: 2 }, bytesOf('0AFF'), '30616666'],
  ['bytes as EBCDIC hex', { content: 'bytes', encoding: 'hexEbcdic', length: 2 }, bytesOf('0AFF'), 'F0C1C6C6'],
  ['variable digits', { content: 'digits', encoding: 'ascii', length: 19, prefix: ll }, '123', '3033313233'],
  ['variable BCD', { content: 'digits', encoding: 'bcd', length: 19, prefix: bcdLl, align: 'left' }, '123', '031230'],
  [
    'BCD counted in bytes, an F ending an odd number',
    {
      content: 'digits',
      encoding: 'bcd',
      length: 19,
      prefix: { ...bcdLl, counts: 'bytes' },
      align: 'left',
      filler: 'F',
    },
    '123',
    '02123F',
  ],
  [
    'the same with an even number',
    {
      content: 'digits',
      encoding: 'bcd',
      length: 19,
      prefix: { ...bcdLl, counts: 'bytes' },
      align: 'left',
      filler: 'F',
    },
    '1234',
    '021234',
  ],
  [
    'BCD counted in bytes, always even',
    { content: 'digits', encoding: 'bcd', length: 20, prefix: { ...bcdLl, counts: 'bytes' } },
    '1234',
    '021234',
  ],
  ['variable bytes', { content: 'bytes', encoding: 'binary', length: 99, prefix: bcdLl }, bytesOf('AABB'), '02AABB'],
  [
    'hex counted in characters',
    { content: 'bytes', encoding: 'hex', length: 49, prefix: { ...ll, counts: 'digits' } },
    bytesOf('AB'),
    '30324142',
  ],
  ['hex counted in bytes', { content: 'bytes', encoding: 'hex', length: 49, prefix: ll }, bytesOf('AB'), '30314142'],
  ['nothing at all', { content: 'printable', encoding: 'ascii', length: 9, prefix: ll }, '', '3030'],
]

describe('a field', () => {
  it.each(rows)('%s', (_, spec, value, wire) => {
    const codec = fieldCodec(spec)
    expect(packField(codec, value)).toBe(wire)
    const read = unpackField(codec, wire)
    expect(read instanceof Uint8Array ? hexOf(read) : read).toEqual(value instanceof Uint8Array ? hexOf(value) : value)
  })

  it.each([1, 2, 3, 4, 5, 6])('has a length prefix of %i digits in every encoding', (digits) => {
    const wires = { ascii: 7, ebcdic: 7, bcd: 7, binary: 7 }
    for (const encoding of Object.keys(wires) as (keyof typeof wires)[]) {
      const length = Math.min(10 ** digits - 1, 999_999)
      const codec = fieldCodec({ content: 'printable', encoding: 'ascii', length, prefix: { digits, encoding } })
      const prefix = {
        ascii: Buffer.from('7'.padStart(digits, '0')),
        ebcdic: Buffer.from([...Array.from({ length: digits - 1 }, () => 0xf0), 0xf7]),
        bcd: Buffer.from('7'.padStart(digits + (digits % 2), '0'), 'hex'),
        binary: Buffer.from([...Array.from({ length: ((digits + 1) >> 1) - 1 }, () => 0), 7]),
      }[encoding]
      const wire = hexOf(Buffer.concat([prefix, Buffer.from('seven!!')]))
      expect(packField(codec, 'seven!!')).toBe(wire)
      expect(unpackField(codec, wire)).toBe('seven!!')
      const longest = 'x'.repeat(length)
      expect(unpackField(codec, packField(codec, longest))).toBe(longest)
      expect(faultOf(() => packField(codec, `${longest}x`)).code).toBe('ISO_FIELD_LENGTH')
    }
  })

  it('lets a binary prefix count beyond its digits, as far as its bytes reach', () => {
    const prefix = { digits: 2, encoding: 'binary' } as const
    const codec = fieldCodec({ content: 'bytes', encoding: 'binary', length: 255, prefix })
    expect(packField(codec, Buffer.alloc(255))).toMatch(/^FF(00){255}$/)
    const wrong = { title, content: 'bytes', encoding: 'binary', length: 256, prefix } as const
    expect(faultOf(() => compileDialect(dialectOf({ 2: wrong }))).code).toBe('ISO_DIALECT_LENGTH')
  })

  it.each([
    ['right', ' ', 'printable', 'ascii', 'ab', '61622020'],
    ['left', '0', 'digits', 'ascii', '12', '30303132'],
    ['left', '0', 'digits', 'bcd', '12', '0012'],
    ['right', ' ', 'text', 'gbk', '成', 'B3C92020'],
    ['left', '*', 'text', 'gbk', 'ok', '2A2A6F6B'],
    ['right', ' ', 'printable', 'ebcdic037', 'ab', '81824040'],
  ] as const)(
    'is filled on the %s with %j when it is short',
    (...[side, character, content, encoding, value, wire]) => {
      const spec = { content, encoding, length: 4, pad: { side, character } } as const
      expect(packField(fieldCodec(spec), value)).toBe(wire)
      const cut = fieldCodec({ ...spec, pad: { side, character, trim: true } })
      expect(unpackField(cut, wire)).toBe(value)
      expect(packField(cut, value)).toBe(wire)
      // Without cutting, the value is exactly what was on the wire.
      const whole = unpackField(fieldCodec(spec), wire) as string
      expect(whole).not.toBe(value)
      expect(packField(fieldCodec(spec), whole)).toBe(wire)
    },
  )

  it('gives a filler back as it came where any is read, until the value is changed', () => {
    const spec = { title, content: 'digits', encoding: 'bcd', length: 19, prefix: bcdLl, align: 'left' } as const
    const codec = compileDialect(dialectOf({ 2: { ...spec, fillerRead: 'any' } }))
    const wire = bytesOf('0200 4000000000000000 03 123F')
    const message = codec.unpack(wire)
    expect(message.text(2)).toBe('123')
    expect(hexOf(codec.pack(message))).toBe(hexOf(wire))
    message.set(2, '123')
    expect(hexOf(codec.pack(message))).toMatch(/1230$/)
    const strict = compileDialect(dialectOf({ 2: spec }))
    const fault = faultOf(() => strict.unpack(wire))
    expect([fault.code, fault.path, fault.details]).toEqual([
      'ISO_FIELD_FILLER',
      '2',
      { offset: 12, expected: 'filler 0', actual: 'filler F' },
    ])
  })

  it('keeps its bytes when the buffer they came from is used again', () => {
    const codec = fieldCodec({ content: 'bytes', encoding: 'binary', length: 2 })
    const wire = bytesOf('0200 4000000000000000 AABB')
    const message = codec.unpack(wire)
    wire.fill(0)
    expect(hexOf(message.bytes(2)!)).toBe('AABB')
  })

  it('reads back any text it can write, in every encoding of characters', () => {
    const encodings = fc.constantFrom('ascii', 'ebcdic037', 'ebcdic1047', 'gbk')
    const characters = fc.string({ unit: fc.constantFrom(...Array.from('Aa0 ~^[]成功é¬€🀄\n\u0141')), maxLength: 8 })
    let written = 0
    fc.assert(
      fc.property(encodings, characters, (encoding, value) => {
        const codec = fieldCodec({ content: 'text', encoding, length: 99, prefix: ll })
        try {
          const wire = packField(codec, value)
          written++
          if (unpackField(codec, wire) !== value) throw new Error(`${encoding} changed ${value}`)
        } catch (error) {
          if ((error as { code?: string }).code !== 'ISO_FIELD_CLASS') throw error
        }
      }),
      { numRuns: 2000 },
    )
    expect(written).toBeGreaterThan(100)
  })
})

describe('a message with many fields', () => {
  it('grows its buffer as it needs', () => {
    const spec = { title, content: 'printable', encoding: 'ascii', length: 99_999 } as const
    const prefix = { digits: 5, encoding: 'ascii' } as const
    const codec = compileDialect(dialectOf({ 2: { ...spec, prefix }, 3: { ...spec, prefix } }))
    const message = new Message('0200').set(2, 'a'.repeat(99_999)).set(3, 'b'.repeat(99_999))
    const bytes = codec.pack(message)
    expect(bytes).toHaveLength(10 + 2 * 100_004)
    expect(codec.unpack(bytes).text(3)).toBe('b'.repeat(99_999))
  })
})
