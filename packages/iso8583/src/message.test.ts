// Golden messages, one for each shipped dialect, written out byte for byte; and the message as a program handles it.

import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { compileDialect, type Dialect, dialects, type FieldValue, Message } from './index.ts'
import { bytesOf, faultOf, hexOf } from './testing/codecs.ts'

const chip = [
  { id: '9F36', value: bytesOf('0001') },
  { id: '95', value: bytesOf('0000008000') },
]

interface Golden {
  readonly dialect: Dialect
  readonly mti: string
  readonly envelope?: Record<string, string>
  readonly fields: Readonly<Record<number, FieldValue>>
  /** Part by part: what it is, and its bytes. */
  readonly wire: readonly (readonly [string, string])[]
}

const goldens: readonly Golden[] = [
  {
    dialect: dialects.unionpayPos,
    mti: '0200',
    envelope: { tpdu: '6000030000', header: '603100310000' },
    fields: {
      2: '6225880000000001239',
      4: 10000n,
      22: '051',
      23: '001',
      41: '10000001',
      55: chip,
      59: [{ id: 'A4', value: '12345678901234567890' }],
      60: [
        { id: '1', value: '22' },
        { id: '2', value: '000007' },
        { id: '3', value: '000' },
      ],
      63: '01 ',
      64: Buffer.from('ECAD961B'),
    },
    wire: [
      ['TPDU', '6000030000'],
      ['header', '603100310000'],
      ['MTI', '0200'],
      ['bitmap: 2 4 22 23 41 55 59 60 63 64', '5000060000800233'],
      ['2: 19 digits, packed on the left, filler 0', '19 62258800000000012390'],
      ['4: 12 digits', '000000010000'],
      ['22: three digits on the left', '0510'],
      ['23: three digits on the right', '0001'],
      ['41', '3130303030303031'],
      ['55: 12 bytes of BER-TLV', '0012 9F36020001 95050000008000'],
      ['59: 25 bytes, tag A4, length 020', '0025 4134 303230 3132333435363738393031323334353637383930'],
      ['60: 11 digits', '0011 220000070000'],
      ['63: 3 characters', '0003 303120'],
      ['64: 8 hex characters', '4543414439363142'],
    ],
  },
  {
    dialect: dialects.unionpayPosAcquirer,
    mti: '0810',
    envelope: { tpdu: '6000030000', header: '603100310000' },
    fields: { 39: '00', 43: '测试商户', 56: '成功', 59: bytesOf('AA') },
    wire: [
      ['TPDU', '6000030000'],
      ['header', '603100310000'],
      ['MTI', '0810'],
      ['bitmap: 39 43 56 59', '0000000002200120'],
      ['39', '3030'],
      ['43: 40 bytes, filled with spaces', `B2E2CAD4C9CCBBA7${'20'.repeat(32)}`],
      ['56: 4 bytes of GBK', '0004 B3C9B9A6'],
      ['59: untagged bytes', '0001 AA'],
    ],
  },
  {
    dialect: dialects.iso87Ascii,
    mti: '0200',
    fields: {
      2: '6225880000000001',
      4: 10000n,
      28: 'C00000025',
      35: '6225880000000001=30122011',
      41: 'TERM1',
      52: bytesOf('D8B0CC70AD13CC4C'),
      55: chip,
      102: '62258800001',
    },
    wire: [
      ['MTI', '30323030'],
      [
        'bitmap: 2 4 28 35 41 52 55, and a second one: 102',
        '44303030303031303230383031323030 30303030303030303034303030303030',
      ],
      ['2: LL and 16 digits', '3136 36323235383830303030303030303031'],
      ['4', '303030303030303130303030'],
      ['28: C and 8 digits', '433030303030303235'],
      ['35: LL and 25 characters', '3235 363232353838303030303030303030313D3330313232303131'],
      ['41: filled with spaces', '5445524D31202020'],
      ['52: 16 hex characters', '44384230434337304144313343433443'],
      ['55: LLL counts 24 hex characters', '303234 394633363032303030313935303530303030303038303030'],
      ['102: LL and 11 characters', '3131 3632323538383030303031'],
    ],
  },
  {
    dialect: dialects.iso87Bcd,
    mti: '0100',
    fields: {
      2: '123456789',
      3: '000000',
      22: '051',
      28: 'D00000025',
      35: '1234D3012',
      52: bytesOf('0102030405060708'),
      90: `0200000002${'0'.repeat(32)}`,
    },
    wire: [
      ['MTI', '0100'],
      ['bitmap: 2 3 22 28 35 52, and a second one: 90', 'E000041020001000 0000004000000000'],
      ['2: 9 digits on the right', '09 0123456789'],
      ['3', '000000'],
      ['22: on the right', '0051'],
      ['28: D in ASCII, 8 digits packed', '4400000025'],
      ['35: 9 digits on the right', '09 01234D3012'],
      ['52', '0102030405060708'],
      ['90: 42 digits', `0200000002${'0'.repeat(32)}`],
    ],
  },
  {
    dialect: dialects.iso93Ascii,
    mti: '1100',
    fields: { 12: '260601101500', 22: '211201213001', 24: '100', 39: '000', 53: bytesOf('0102') },
    wire: [
      ['MTI', '31313030'],
      ['bitmap: 12 22 24 39 53', '30303130303530303032303030383030'],
      ['12: date and time', '323630363031313031353030'],
      ['22: data code', '323131323031323133303031'],
      ['24: function', '313030'],
      ['39: action', '303030'],
      ['53: LL counts bytes, two hex characters each', '3032 30313032'],
    ],
  },
  {
    dialect: dialects.iso93Bcd,
    mti: '1210',
    fields: { 4: 1n, 24: '200', 30: '0'.repeat(24), 39: '000', 56: '1'.repeat(35) },
    wire: [
      ['MTI', '1210'],
      ['bitmap: 4 24 30 39 56', '1000010402000100'],
      ['4', '000000000001'],
      ['24', '0200'],
      ['30', '0'.repeat(24)],
      ['39', '0000'],
      ['56: 35 digits on the right', `35 0${'1'.repeat(35)}`],
    ],
  },
  {
    dialect: dialects.iso87Ebcdic,
    mti: '0200',
    fields: { 2: '6225880000000001', 4: 10000n, 28: 'C00000025', 41: 'Term 1', 52: bytesOf('0102030405060708') },
    wire: [
      ['MTI', 'F0F2F0F0'],
      ['bitmap: 2 4 28 41 52', '5000001000801000'],
      ['2', 'F1F6 F6F2F2F5F8F8F0F0F0F0F0F0F0F0F0F1'],
      ['4', 'F0F0F0F0F0F0F0F1F0F0F0F0'],
      ['28', 'C3F0F0F0F0F0F0F2F5'],
      ['41', 'E3859994 40 F1 4040'],
      ['52', '0102030405060708'],
    ],
  },
]

describe('golden messages', () => {
  it.each(goldens.map((golden) => [golden.dialect.name, golden] as const))('%s', (_, golden) => {
    const codec = compileDialect(golden.dialect)
    const message = new Message(golden.mti)
    Object.assign(message.envelope, golden.envelope)
    for (const [field, value] of Object.entries(golden.fields)) message.set(Number(field), value)
    const wire = bytesOf(golden.wire.map(([, hex]) => hex).join(''))
    expect(hexOf(codec.pack(message))).toBe(hexOf(wire))
    const read = codec.unpack(wire)
    expect(read.mti).toBe(golden.mti)
    expect(read.envelope).toEqual(golden.envelope ?? {})
    expect(hexOf(codec.pack(read))).toBe(hexOf(wire))
    for (const [field, value] of Object.entries(golden.fields)) {
      expect(comparable(read.get(Number(field))), `field ${field}`).toEqual(comparable(value))
    }
  })

  it('are there for every shipped dialect', () => {
    expect(goldens.map(({ dialect }) => dialect.name).toSorted()).toEqual(Object.keys(dialects).toSorted())
  })
})

/** Bytes as hex, parts as pairs, and text without the spaces that fill it. */
function comparable(value: FieldValue | undefined): unknown {
  if (value instanceof Uint8Array) return hexOf(value)
  if (typeof value === 'string') return value.trimEnd()
  return Array.isArray(value) ? value.map(({ id, value: part }) => [id, comparable(part)]) : value
}

describe('Message', () => {
  const message = () => new Message('0200').set(4, 1n).set(2, '6225880000000001').set(64, bytesOf('00'))

  it('tells its fields in ascending order, however they were set', () => {
    expect(message().fields()).toEqual([2, 4, 64])
    expect(message().set(3, '000000').set(2, 'x').fields()).toEqual([2, 3, 4, 64])
    expect(message().delete(4).delete(5).delete(190).fields()).toEqual([2, 64])
    expect(new Message('0200').fields()).toEqual([])
  })

  it('gives a value by number or path, and only as the type it is', () => {
    const read = message()
    expect([read.get(2), read.get('2'), read.text(2), read.bytes(2), read.amount(2)]).toEqual([
      '6225880000000001',
      '6225880000000001',
      '6225880000000001',
      undefined,
      undefined,
    ])
    expect([read.amount(4), read.text(4), hexOf(read.bytes(64)!)]).toEqual([1n, undefined, '00'])
    expect([read.has(2), read.has(3), read.has('2.1'), read.has('x'), read.has('')]).toEqual([
      true,
      false,
      false,
      false,
      false,
    ])
  })

  it.each([0, 1, 193, 2.5, Number.NaN])('has no field %d', (field) => {
    expect(() => new Message('0200').set(field, 'x')).toThrow(/field number/)
  })

  it('prints its type and its fields, never a value', () => {
    const printed = [inspect(message()), JSON.stringify(message()), inspect({ deep: { er: message() } })]
    expect(printed[0]).toBe('Message 0200 [2 4 64]')
    expect(printed[1]).toBe('{"mti":"0200","fields":[2,4,64]}')
    expect(printed.join()).not.toContain('622588')
  })

  it('keeps what was read before a fault, so that a host can answer', () => {
    const codec = compileDialect(dialects.unionpayPos)
    const whole = bytesOf(
      '6000030000 603100310000 0200 2020000000C00000 000000 000002 3130303030303031 383938313130303135343131323341',
    )
    const { message: read, fault } = codec.unpackPartly(whole.subarray(0, -2))
    expect([fault?.code, fault?.path]).toEqual(['ISO_TRUNCATED', '42'])
    expect([read.mti, read.envelope['tpdu'], read.fields()]).toEqual(['0200', '6000030000', [3, 11, 41]])
    expect(codec.unpackPartly(whole).fault).toBeUndefined()
    expect(codec.unpackPartly(Buffer.alloc(0)).message.mti).toBe('')
  })

  it('is read from any view of bytes', () => {
    const codec = compileDialect(dialects.iso87Bcd)
    const bytes = codec.pack(new Message('0800').set(11, '000001').set(52, Buffer.alloc(8, 7)))
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    const read = codec.unpack(shifted.subarray(3))
    expect([read.text(11), hexOf(read.bytes(52)!)]).toEqual(['000001', '0707070707070707'])
    expect(faultOf(() => codec.unpack(shifted)).code).toBe('ISO_TRAILING_BYTES')
  })
})
