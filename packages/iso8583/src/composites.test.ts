// Fields with parts: positional, sequence, tagged, bitmapped and BER-TLV, in both directions and wrong in every way.

import { describe, expect, it } from 'vitest'
import { compileDialect, type Composite, type FieldSpec, type FieldValue, Message } from './index.ts'
import { bytesOf, dialectOf, faultOf, fieldCodec, hexOf, packField, title, unpackField } from './testing/codecs.ts'

type Spec = Omit<FieldSpec, 'title'>
const container = { content: 'bytes', encoding: 'binary', length: 99, prefix: { digits: 2, encoding: 'bcd' } } as const

const positional: Spec = {
  content: 'digits',
  encoding: 'bcd',
  length: 9,
  prefix: { digits: 2, encoding: 'bcd' },
  align: 'left',
  composite: {
    kind: 'positional',
    subfields: [
      { id: '1', title, length: 2 },
      { id: '2', title, length: 3, content: 'amount' },
      { id: '3', title, length: 4 },
    ],
  },
}

const sequence: Spec = {
  ...container,
  composite: {
    kind: 'sequence',
    subfields: [
      { id: 'kind', title, content: 'digits', encoding: 'bcd', length: 2 },
      { id: 'name', title, content: 'text', encoding: 'gbk', length: 20, prefix: { digits: 2, encoding: 'ascii' } },
      { id: 'rest', title, content: 'bytes', encoding: 'binary', length: 1 },
    ],
  },
}

const tagged: Spec = {
  ...container,
  composite: {
    kind: 'tagged',
    tag: { length: 2, encoding: 'ascii' },
    prefix: { digits: 3, encoding: 'ascii' },
    subfields: {
      A1: { title, content: 'bytes', encoding: 'binary', length: 16 },
      A3: { title, content: 'digits', encoding: 'ascii', length: 20 },
    },
  },
}

const bitmapped: Spec = {
  ...container,
  composite: {
    kind: 'bitmap',
    bitmap: { encoding: 'hex', bytes: 1 },
    subfields: {
      2: { title, content: 'digits', encoding: 'ascii', length: 2 },
      8: { title, content: 'bytes', encoding: 'binary', length: 3, prefix: { digits: 1, encoding: 'ascii' } },
    },
  },
}

const berTlv: Spec = { ...container, composite: { kind: 'berTlv' } }

const part = (id: string, value: FieldValue) => ({ id, value })

const rows: readonly (readonly [string, Spec, Composite, string])[] = [
  ['positional', positional, [part('1', '22'), part('2', 7n), part('3', '0601')], '09 22 00 70 60 10'],
  ['positional, the last parts absent', positional, [part('1', '22')], '02 22'],
  ['positional, all parts absent', positional, [], '00'],
  ['sequence', sequence, [part('kind', '07'), part('name', '成'), part('rest', bytesOf('FF'))], '06 07 3032 B3C9 FF'],
  ['sequence, the last parts absent', sequence, [part('kind', '07')], '01 07'],
  ['tagged', tagged, [part('A3', '62'), part('A1', bytesOf('FF00'))], '14 4133 303032 3632 4131 303032 FF00'],
  [
    'tagged, repeated and unknown tags',
    tagged,
    [part('Z9', bytesOf('01')), part('A3', ''), part('A3', '1')],
    '17 5A39 303031 01 4133 303030 4133 303031 31',
  ],
  ['bitmapped', bitmapped, [part('2', '42'), part('8', bytesOf('AABB'))], '07 3431 3432 32AABB'],
  ['bitmapped, no part', bitmapped, [], '02 3030'],
  [
    'BER-TLV',
    berTlv,
    [part('9F36', bytesOf('0001')), part('9F36', bytesOf('')), part('DF8101', bytesOf('FF'))],
    '13 9F36 02 0001 9F36 00 DF8101 01 FF',
  ],
  ['BER-TLV as hex', { ...berTlv, encoding: 'hex' }, [part('82', bytesOf('7C00'))], '04 38323032 37433030'],
]

/** Bytes compare as hex, so that Buffer and Uint8Array are the same. */
const plain = (list: FieldValue): unknown =>
  Array.isArray(list) ? list.map(({ id, value }) => [id, value instanceof Uint8Array ? hexOf(value) : value]) : list

describe('a composite field', () => {
  it.each(rows)('%s', (_, spec, list, wire) => {
    const codec = fieldCodec(spec)
    const hex = hexOf(bytesOf(wire))
    expect(packField(codec, list)).toBe(hex)
    expect(plain(unpackField(codec, hex))).toEqual(plain(list))
  })

  it('is read by path, the first part when tags repeat', () => {
    const codec = compileDialect(
      dialectOf({ 55: { title, ...berTlv }, 60: { title, ...positional }, 59: { title, ...tagged } }),
    )
    const message = new Message('0200')
      .set(55, [part('9F36', bytesOf('01')), part('9F36', bytesOf('02')), part('95', bytesOf('00'))])
      .set(59, [part('A3', '62')])
      .set(60, [part('1', '22'), part('2', 7n)])
    for (const read of [message, codec.unpack(codec.pack(message))]) {
      expect(read.bytes('55.9F36')).toHaveLength(1)
      expect(hexOf(read.bytes('55.9F36')!)).toBe('01')
      expect([read.text('59.A3'), read.text('60.1'), read.amount('60.2'), read.get('60.3')]).toEqual([
        '62',
        '22',
        7n,
        undefined,
      ])
      expect([read.has('55.95'), read.has('55.9F10'), read.has('55.x'), read.has('60.1.1')]).toEqual([
        true,
        false,
        false,
        false,
      ])
    }
  })

  it('takes positional parts as one string and BER-TLV as bytes, checked like what is read', () => {
    expect(packField(fieldCodec(positional), '22007')).toBe('0522007' + '0')
    expect(packField(fieldCodec(berTlv), bytesOf('9F36020001'))).toBe('059F36020001')
  })

  it('keeps a length field that is longer than it must be', () => {
    const codec = fieldCodec(berTlv)
    const list = unpackField(codec, '0482810100') as Composite
    expect(list[0]!.lengthSize).toBe(2)
    expect(packField(codec, list)).toBe('0482810100')
  })

  it('may hold composites', () => {
    const inner: FieldSpec = { title, ...berTlv, prefix: { digits: 3, encoding: 'ascii' } }
    const codec = fieldCodec({
      ...container,
      composite: { kind: 'bitmap', bitmap: { encoding: 'binary', bytes: 1 }, subfields: { 3: inner } },
    })
    const value = unpackField(codec, hexOf(bytesOf('08 20 303034 9F36 01 05')))
    expect(plain((value as Composite)[0]!.value)).toEqual([['9F36', '05']])
    expect(packField(codec, value)).toBe('08203030349F360105')
  })
})

const wrongWires: readonly (readonly [string, Spec, string, string, string, number])[] = [
  ['a part cut in the middle', positional, '04 2200', 'ISO_FIELD_LENGTH', '2.2', 12],
  ['a sequence with a byte too many', sequence, '07 07 3032 B3C9 FF 00', 'ISO_FIELD_LENGTH', '2', 17],
  ['a part of a sequence cut', sequence, '03 07 3035', 'ISO_TRUNCATED', '2.name', 14],
  ['a tag cut', tagged, '01 41', 'ISO_TRUNCATED', '2', 11],
  ['a tag of other characters', tagged, '05 412B 303030', 'ISO_SUBFIELD_TAG', '2', 11],
  ['a tagged value cut', tagged, '06 4133 303032 36', 'ISO_TRUNCATED', '2.A3', 16],
  ['a tagged value of the wrong class', tagged, '06 4133 303031 41', 'ISO_FIELD_CLASS', '2.A3', 16],
  ['a tagged value too long', tagged, '07 4133 303231 3131', 'ISO_FIELD_LENGTH', '2.A3', 13],
  ['a bit nobody declared', bitmapped, '02 3830', 'ISO_SUBFIELD_UNKNOWN', '2.1', 13],
  ['a bitmap that is no hex', bitmapped, '02 3867', 'ISO_FIELD_CLASS', '2', 12],
  ['bytes behind the last part', bitmapped, '03 3030 00', 'ISO_FIELD_LENGTH', '2', 13],
  ['a data object cut', berTlv, '04 9F36 02 00', 'ISO_TLV', '2.9F36', 14],
  ['hex of a data object cut', { ...berTlv, encoding: 'hex' }, '03 383230 3231', 'ISO_TRUNCATED', '2', 11],
  ['a data object cut behind hex', { ...berTlv, encoding: 'hex' }, '02 3832 3032', 'ISO_TLV', '2.82', 15],
]

describe('a composite field that is wrong on the wire', () => {
  it.each(wrongWires)('%s', (...[, spec, wire, code, path, offset]) => {
    const fault = faultOf(() => unpackField(fieldCodec(spec), hexOf(bytesOf(wire))))
    expect([fault.code, fault.path, fault.details['offset']]).toEqual([code, path, offset])
  })

  it('refuses tags it does not know when the dialect says so', () => {
    const refusing = fieldCodec({
      ...tagged,
      composite: { ...tagged.composite!, unknown: 'refuse' } as FieldSpec['composite'] & object,
    })
    expect(faultOf(() => unpackField(refusing, hexOf(bytesOf('05 5A39 303030')))).code).toBe('ISO_SUBFIELD_UNKNOWN')
    expect(faultOf(() => packField(refusing, [part('Z9', bytesOf(''))])).code).toBe('ISO_SUBFIELD_UNKNOWN')
  })
})

const wrongValues: readonly (readonly [string, Spec, FieldValue, string, string])[] = [
  ['a positional part of the wrong length', positional, [part('1', '2')], 'ISO_FIELD_LENGTH', '2.1'],
  ['a positional part of the wrong type', positional, [part('1', 22n)], 'ISO_FIELD_TYPE', '2.1'],
  ['a positional part left out', positional, [part('2', 1n)], 'ISO_SUBFIELD_ORDER', '2'],
  ['a positional part nobody knows', positional, [part('9', '1')], 'ISO_SUBFIELD_UNKNOWN', '2'],
  [
    'too many positional parts',
    positional,
    [part('1', '22'), part('2', 1n), part('3', '0601'), part('3', '0601')],
    'ISO_SUBFIELD_ORDER',
    '2',
  ],
  ['a string that cuts a part', positional, '220', 'ISO_FIELD_LENGTH', '2.2'],
  ['an amount that is too large', positional, [part('1', '22'), part('2', 1000n)], 'ISO_FIELD_LENGTH', '2.2'],
  ['bytes for a positional field', positional, bytesOf('22'), 'ISO_FIELD_TYPE', '2'],
  ['a sequence out of order', sequence, [part('name', 'x')], 'ISO_SUBFIELD_ORDER', '2'],
  ['a sequence as bytes', sequence, bytesOf('07'), 'ISO_FIELD_TYPE', '2'],
  ['a tag that is too long', tagged, [part('A33', '1')], 'ISO_SUBFIELD_TAG', '2'],
  ['a tagged value of the wrong class', tagged, [part('A3', 'x')], 'ISO_FIELD_CLASS', '2.A3'],
  ['an unknown tag that is no bytes', tagged, [part('Z9', 'x')], 'ISO_FIELD_TYPE', '2.Z9'],
  ['bits out of order', bitmapped, [part('8', bytesOf('')), part('2', '42')], 'ISO_SUBFIELD_ORDER', '2'],
  ['a bit nobody declared', bitmapped, [part('3', 'x')], 'ISO_SUBFIELD_UNKNOWN', '2'],
  ['a malformed BER tag', berTlv, [part('9F', bytesOf(''))], 'ISO_TLV', '2'],
  ['a BER value that is no bytes', berTlv, [part('82', 'x')], 'ISO_FIELD_TYPE', '2.82'],
  ['malformed BER bytes', berTlv, bytesOf('9F3602'), 'ISO_TLV', '2.9F36'],
  ['a string for BER-TLV', berTlv, '9F3600', 'ISO_FIELD_TYPE', '2'],
  [
    'a length field that is too small',
    berTlv,
    [{ id: '82', value: Buffer.alloc(130), lengthSize: 1 }],
    'ISO_TLV',
    '2.82',
  ],
  ['a composite that is too long', berTlv, [part('82', Buffer.alloc(98))], 'ISO_FIELD_LENGTH', '2'],
]

describe('a composite value that cannot be packed', () => {
  it.each(wrongValues)('%s', (...[, spec, value, code, path]) => {
    const fault = faultOf(() => packField(fieldCodec(spec), value))
    expect([fault.code, fault.path]).toEqual([code, path])
    expect(Object.keys(fault.details)).toEqual(['expected', 'actual'])
  })
})
