// One row for every way a message or a value is refused, and a check that every code of the table has a row here or in
// the tests of composites and dialects.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  compileDialect,
  type Dialect,
  dialects,
  type FieldSpec,
  type FieldValue,
  isoFaultCodes,
  Message,
} from './index.ts'
import { bytesOf, dialectOf, faultOf, fieldCodec, packField, title, unpackField } from './testing/codecs.ts'

type Spec = Omit<FieldSpec, 'title'>
const digits: Spec = { content: 'digits', encoding: 'bcd', length: 4 }
const variable: Spec = {
  content: 'digits',
  encoding: 'ascii',
  length: 5,
  lengthMin: 2,
  prefix: { digits: 2, encoding: 'ascii' },
}

const wires: readonly (readonly [string, Spec, string, string, number, string, string])[] = [
  ['a value cut', digits, '12', 'ISO_TRUNCATED', 10, '2 bytes', '1 bytes'],
  ['a byte too many', digits, '1234 00', 'ISO_TRAILING_BYTES', 12, 'the end of the message', '1 more bytes'],
  ['a letter among packed digits', digits, '12A4', 'ISO_FIELD_CLASS', 11, 'a digit', 'nibble A'],
  ['a letter in the second nibble', digits, '124B', 'ISO_FIELD_CLASS', 11, 'a digit', 'nibble B'],
  ['a letter among digits', { ...digits, encoding: 'ascii' }, '31323341', 'ISO_FIELD_CLASS', 13, 'a digit', '0x41'],
  [
    'a letter among EBCDIC digits',
    { ...digits, encoding: 'ebcdic037' },
    'F1F2F3C1',
    'ISO_FIELD_CLASS',
    13,
    'a digit',
    '0xC1',
  ],
  ['a letter in an amount', { ...digits, content: 'amount' }, '120A', 'ISO_FIELD_CLASS', 11, 'two digits', '0x0A'],
  [
    'a filled amount with one digit too many',
    { ...digits, content: 'amount', length: 3 },
    '1234',
    'ISO_FIELD_CLASS',
    10,
    'two digits',
    '0x12',
  ],
  [
    'a letter far down a long amount',
    { content: 'amount', encoding: 'ascii', length: 24 },
    `${'30'.repeat(23)}3A`,
    'ISO_FIELD_CLASS',
    33,
    'a digit',
    '0x3A',
  ],
  [
    'a sign that is none',
    { content: 'signedAmount', encoding: 'bcd', length: 3 },
    '4112',
    'ISO_FIELD_CLASS',
    10,
    'C or D and digits',
    '0x41',
  ],
  [
    'a sign in the middle',
    { content: 'signedAmount', encoding: 'ascii', length: 3 },
    '433143',
    'ISO_FIELD_CLASS',
    10,
    'C or D and digits',
    '0x43',
  ],
  ['a filler that is not the one', { ...digits, length: 3 }, '1234', 'ISO_FIELD_FILLER', 10, 'filler 0', 'filler 1'],
  ['a prefix that is no number', variable, '3a31 31', 'ISO_FIELD_PREFIX', 10, 'a length of 2 bytes', 'something else'],
  ['a prefix cut', variable, '30', 'ISO_TRUNCATED', 10, '2 bytes', '1 bytes'],
  ['a value shorter than its prefix says', variable, '3033 3131', 'ISO_TRUNCATED', 12, '3 bytes', '2 bytes'],
  [
    'a length above the most',
    variable,
    '3036 313131313131',
    'ISO_FIELD_LENGTH',
    10,
    '2 to 5 characters',
    'a length of 6',
  ],
  ['a length below the least', variable, '3031 31', 'ISO_FIELD_LENGTH', 10, '2 to 5 characters', 'a length of 1'],
  [
    'an odd BCD prefix with a digit too many',
    { ...variable, prefix: { digits: 3, encoding: 'bcd' } },
    '1003 313131',
    'ISO_FIELD_PREFIX',
    10,
    'a length of 2 bytes',
    'something else',
  ],
  [
    'half a byte of hex',
    { content: 'bytes', encoding: 'hex', length: 4, prefix: { digits: 1, encoding: 'ascii', counts: 'digits' } },
    '33 303030',
    'ISO_FIELD_LENGTH',
    10,
    '0 to 4 bytes',
    'a length of 3',
  ],
  [
    'hex in the other case',
    { content: 'bytes', encoding: 'hex', length: 2 },
    '30306630',
    'ISO_FIELD_CLASS',
    12,
    'a hex digit',
    '0x66',
  ],
  [
    'a control character',
    { content: 'text', encoding: 'gbk', length: 2 },
    '410A',
    'ISO_FIELD_CLASS',
    11,
    'printable GBK text',
    '0x0A',
  ],
  [
    'half a Chinese character',
    { content: 'text', encoding: 'gbk', length: 2 },
    '41B3',
    'ISO_FIELD_CLASS',
    10,
    'printable GBK text',
    '0x41',
  ],
  [
    'the end of an odd number in the wrong place',
    {
      content: 'digits',
      encoding: 'bcd',
      length: 9,
      align: 'left',
      filler: 'F',
      prefix: { digits: 1, encoding: 'ascii', counts: 'bytes' },
    },
    '32 1F2F',
    'ISO_FIELD_CLASS',
    11,
    'a digit',
    'nibble F',
  ],
  [
    'one digit more than an odd maximum',
    {
      content: 'digits',
      encoding: 'bcd',
      length: 3,
      align: 'left',
      filler: 'F',
      prefix: { digits: 1, encoding: 'ascii', counts: 'bytes' },
    },
    '32 1234',
    'ISO_FIELD_LENGTH',
    11,
    '0 to 3 digits',
    '4 digits',
  ],
]

describe('a field that is wrong on the wire', () => {
  it.each(wires)('%s', (...[, spec, wire, code, offset, expected, actual]) => {
    const fault = faultOf(() => unpackField(fieldCodec(spec), wire.replaceAll(' ', '')))
    expect([fault.code, fault.details]).toEqual([code, { offset, expected, actual }])
    expect(fault.path).toBe(code === 'ISO_TRAILING_BYTES' ? 'message' : '2')
  })
})

const heads: readonly (readonly [string, Partial<Dialect>, string, string, string, number])[] = [
  ['no bytes at all', {}, '', 'ISO_TRUNCATED', 'mti', 0],
  ['an envelope cut', { envelope: [{ id: 'tpdu', title, bytes: 5 }] }, '60000300', 'ISO_TRUNCATED', 'tpdu', 0],
  ['an MTI that is no number', {}, '02A0 4000000000000000 1234', 'ISO_MTI', 'mti', 0],
  ['another version', { mti: { encoding: 'bcd', versions: '01' } }, '2200 4000000000000000 1234', 'ISO_MTI', 'mti', 0],
  ['an MTI in ASCII cut', { mti: { encoding: 'ascii' } }, '303230', 'ISO_TRUNCATED', 'mti', 0],
  ['an MTI that is no EBCDIC number', { mti: { encoding: 'ebcdic' } }, 'F0F2C1F0', 'ISO_MTI', 'mti', 0],
  ['a bitmap cut', {}, '0200 40000000000000', 'ISO_TRUNCATED', 'bitmap', 2],
  ['bit 1 where there is but one bitmap', {}, '0200 C000000000000000 1234', 'ISO_BITMAP', 'bitmap', 2],
  ['a field nobody declared', {}, '0200 6000000000000000 1234 00', 'ISO_FIELD_UNKNOWN', '3', 12],
]

describe('a message that is wrong in front of its fields', () => {
  it.each(heads)('%s', (...[, more, wire, code, path, offset]) => {
    const codec = compileDialect(dialectOf({ 2: { title, ...digits } }, more))
    const fault = faultOf(() => codec.unpack(bytesOf(wire)))
    expect([fault.code, fault.path, fault.details['offset']]).toEqual([code, path, offset])
  })
})

const values: readonly (readonly [string, Spec, FieldValue, string])[] = [
  ['a number for digits', digits, 1234n, 'ISO_FIELD_TYPE'],
  ['bytes for text', { ...digits, encoding: 'ascii' }, bytesOf('31'), 'ISO_FIELD_TYPE'],
  ['text for bytes', { content: 'bytes', encoding: 'binary', length: 1 }, 'A', 'ISO_FIELD_TYPE'],
  ['text for an amount', { ...digits, content: 'amount' }, '1234', 'ISO_FIELD_TYPE'],
  ['bytes for Chinese text', { content: 'text', encoding: 'gbk', length: 2 }, bytesOf('3131'), 'ISO_FIELD_TYPE'],
  [
    'bytes for a signed amount',
    { content: 'signedAmount', encoding: 'bcd', length: 3 },
    bytesOf('43'),
    'ISO_FIELD_TYPE',
  ],
  ['parts for digits', digits, [{ id: '1', value: '1' }], 'ISO_FIELD_TYPE'],
  ['digits that are too few', digits, '123', 'ISO_FIELD_LENGTH'],
  ['digits that are too many', digits, '12345', 'ISO_FIELD_LENGTH'],
  ['characters that are too few', { ...digits, encoding: 'ascii' }, '123', 'ISO_FIELD_LENGTH'],
  ['bytes that are too few', { content: 'bytes', encoding: 'hex', length: 2 }, bytesOf('00'), 'ISO_FIELD_LENGTH'],
  ['a variable value that is too short', variable, '1', 'ISO_FIELD_LENGTH'],
  ['an amount that is too large', { ...digits, content: 'amount', length: 3 }, 1000n, 'ISO_FIELD_LENGTH'],
  [
    'an amount larger than doubles are exact',
    { ...digits, content: 'amount', length: 17 },
    10n ** 17n,
    'ISO_FIELD_LENGTH',
  ],
  [
    'Chinese text whose bytes are too many',
    { content: 'text', encoding: 'gbk', length: 3 },
    '成功',
    'ISO_FIELD_LENGTH',
  ],
  [
    'an odd number of digits counted in bytes',
    { content: 'digits', encoding: 'bcd', length: 4, prefix: { digits: 1, encoding: 'ascii', counts: 'bytes' } },
    '123',
    'ISO_FIELD_LENGTH',
  ],
  ['a letter among packed digits', digits, '12A4', 'ISO_FIELD_CLASS'],
  ['a letter at an odd place', { ...digits, length: 3 }, 'A23', 'ISO_FIELD_CLASS'],
  ['the other track separator in BCD', { ...digits, content: 'track' }, '12=4', 'ISO_FIELD_CLASS'],
  ['a character whose low byte is a digit', { ...digits, encoding: 'ascii' }, '123\u0134', 'ISO_FIELD_CLASS'],
  ['the same in EBCDIC', { ...digits, encoding: 'ebcdic037' }, '123\u0134', 'ISO_FIELD_CLASS'],
  ['the same in BCD', digits, '123\u0134', 'ISO_FIELD_CLASS'],
  ['a character outside GBK', { content: 'text', encoding: 'gbk', length: 9 }, '🀄', 'ISO_FIELD_CLASS'],
  ['a control character', { content: 'text', encoding: 'gbk', length: 2 }, 'a\n', 'ISO_FIELD_CLASS'],
  ['a negative amount', { ...digits, content: 'amount' }, -1n, 'ISO_FIELD_CLASS'],
  [
    'a signed amount without its sign',
    { content: 'signedAmount', encoding: 'ascii', length: 3 },
    '123',
    'ISO_FIELD_CLASS',
  ],
  [
    'a packed signed amount without its sign',
    { content: 'signedAmount', encoding: 'bcd', length: 3 },
    '123',
    'ISO_FIELD_CLASS',
  ],
]

describe('a value that cannot be packed', () => {
  it.each(values)('%s', (_, spec, value, code) => {
    const fault = faultOf(() => packField(fieldCodec(spec), value))
    expect([fault.code, fault.path]).toEqual([code, '2'])
    expect(Object.keys(fault.details)).toEqual(['expected', 'actual'])
  })

  it.each([
    ['a field nobody declared', new Message('0200').set(3, 'x'), 'ISO_FIELD_UNKNOWN', '3'],
    ['a field beyond the bitmap', new Message('0200').set(65, 'x'), 'ISO_FIELD_UNKNOWN', '65'],
    ['an MTI of three digits', new Message('020'), 'ISO_MTI', 'mti'],
    ['an MTI of another version', new Message('2200'), 'ISO_MTI', 'mti'],
  ])('%s', (_, message, code, path) => {
    const codec = compileDialect(dialectOf({ 2: { title, ...digits } }, { mti: { encoding: 'bcd', versions: '01' } }))
    const fault = faultOf(() => codec.pack(message))
    expect([fault.code, fault.path]).toEqual([code, path])
  })

  it.each([undefined, '', '600003000', '60000300001', '6000030 00', 'ffffffffff'])('the envelope %j', (tpdu) => {
    const codec = compileDialect(dialectOf({}, { envelope: [{ id: 'tpdu', title, bytes: 5 }] }))
    const message = new Message('0200')
    if (tpdu !== undefined) message.envelope['tpdu'] = tpdu
    const fault = faultOf(() => codec.pack(message))
    expect([fault.code, fault.path]).toEqual(['ISO_ENVELOPE', 'tpdu'])
  })

  it('sends a default envelope when the dialect has one', () => {
    const codec = compileDialect(dialectOf({}, { envelope: [{ id: 'tpdu', title, bytes: 2, default: '6000' }] }))
    expect(codec.pack(new Message('0200')).toString('hex')).toBe('600002000000000000000000')
  })

  it('leaves the codec ready for the next message', () => {
    const codec = fieldCodec(digits)
    expect(faultOf(() => packField(codec, 'x')).code).toBe('ISO_FIELD_CLASS')
    expect(packField(codec, '1234')).toBe('1234')
  })
})

describe('faults', () => {
  it('never carry what was in the field', () => {
    const codec = compileDialect(dialects.unionpayPos)
    const message = new Message('0200')
    Object.assign(message.envelope, { tpdu: '6000030000', header: '603100310000' })
    const secrets = ['6225880000000001X', '62258800000000012345']
    for (const pan of secrets) {
      const fault = faultOf(() => codec.pack(message.set(2, pan)))
      expect(JSON.stringify([fault.message, fault.details, fault.path])).not.toContain('622588')
    }
  })

  it('all have a row in one of the tests', () => {
    const tests = ['faults', 'composites', 'compile-dialect', 'mac-input'].map((name) =>
      readFileSync(new URL(`${name}.test.ts`, import.meta.url), 'utf8'),
    )
    const missing = Object.keys(isoFaultCodes).filter((code) => !tests.some((text) => text.includes(`'${code}'`)))
    expect(missing).toEqual([])
  })
})
