// Dialects are data that users write, so every mistake in one is named with its path before a message is touched.

import { describe, expect, it } from 'vitest'
import { compileDialect, type Dialect, dialects, type FieldSpec } from './index.ts'
import { dialectOf, faultOf, title } from './testing/codecs.ts'

const digits: FieldSpec = { title, content: 'digits', encoding: 'bcd', length: 4 }
const bytes: FieldSpec = { title, content: 'bytes', encoding: 'binary', length: 8 }
const ll = { digits: 2, encoding: 'bcd' } as const
const one = (spec: object): Dialect => dialectOf({ 2: { ...digits, ...spec } as FieldSpec })
const holding = (composite: object, more: object = {}): Dialect =>
  dialectOf({ 2: { ...bytes, ...more, composite } as FieldSpec })
const shaped = (change: object): Dialect => ({ ...dialectOf({ 2: digits }), ...change }) as Dialect

/** Composites one inside the other. */
function nested(depth: number): FieldSpec {
  if (depth === 0) return bytes
  return { ...bytes, length: 99, composite: { kind: 'sequence', subfields: [{ id: '1', ...nested(depth - 1) }] } }
}

const wrong: readonly (readonly [string, Dialect, string, string])[] = [
  ['is no object', [] as unknown as Dialect, 'ISO_DIALECT_SHAPE', 'dialect'],
  ['has no name', shaped({ name: '' }), 'ISO_DIALECT_SHAPE', 'dialect.name'],
  ['has a property nobody knows', shaped({ fieldz: {} }), 'ISO_DIALECT_SHAPE', 'dialect.fieldz'],
  ['has a property of Object', shaped({ constructor: 1 }), 'ISO_DIALECT_SHAPE', 'dialect.constructor'],
  ['lacks its bitmap', shaped({ bitmap: undefined }), 'ISO_DIALECT_SHAPE', 'dialect.bitmap'],
  ['has a field that is no number', shaped({ fields: { PAN: digits } }), 'ISO_DIALECT_SHAPE', 'dialect.fields.PAN'],
  ['has a field of unknown content', one({ content: 'number' }), 'ISO_DIALECT_SHAPE', 'dialect.fields.2.content'],
  ['has a length of zero', one({ length: 0 }), 'ISO_DIALECT_SHAPE', 'dialect.fields.2.length'],
  [
    'has a prefix of seven digits',
    one({ prefix: { digits: 7, encoding: 'bcd' } }),
    'ISO_DIALECT_SHAPE',
    'dialect.fields.2.prefix.digits',
  ],
  ['has an unknown composite', holding({ kind: 'list' }), 'ISO_DIALECT_SHAPE', 'dialect.fields.2.composite.kind'],
  [
    'has a composite named like a method',
    holding({ kind: 'toString' }),
    'ISO_DIALECT_SHAPE',
    'dialect.fields.2.composite.kind',
  ],
  [
    'has an envelope in lower-case hex',
    shaped({ envelope: [{ id: 'tpdu', title, bytes: 1, default: 'ff' }] }),
    'ISO_DIALECT_SHAPE',
    'dialect.envelope.0.default',
  ],
  ['has a title without English', one({ title: { zh: '域' } }), 'ISO_DIALECT_SHAPE', 'dialect.fields.2.title.en'],
  ['packs letters into nibbles', one({ content: 'alphabetic' }), 'ISO_DIALECT_ENCODING', '2'],
  ['sends bytes as ASCII', one({ content: 'bytes', encoding: 'ascii' }), 'ISO_DIALECT_ENCODING', '2'],
  ['sends digits as binary', one({ encoding: 'binary' }), 'ISO_DIALECT_ENCODING', '2'],
  ['sends digits in GBK', one({ encoding: 'gbk' }), 'ISO_DIALECT_ENCODING', '2'],
  ['aligns characters', one({ encoding: 'ascii', align: 'left' }), 'ISO_DIALECT_ENCODING', '2'],
  ['has an amount of variable length', one({ content: 'amount', prefix: ll }), 'ISO_DIALECT_ENCODING', '2'],
  ['pads an amount', one({ content: 'amount', pad: { side: 'left', character: '0' } }), 'ISO_DIALECT_ENCODING', '2'],
  ['pads digits with a space', one({ pad: { side: 'left', character: ' ' } }), 'ISO_DIALECT_ENCODING', '2'],
  ['pads a variable length', one({ prefix: ll, pad: { side: 'left', character: '0' } }), 'ISO_DIALECT_ENCODING', '2'],
  [
    'reads any filler that also ends the value',
    one({ prefix: { ...ll, counts: 'bytes' }, align: 'left', filler: 'F', fillerRead: 'any' }),
    'ISO_DIALECT_ENCODING',
    '2',
  ],
  [
    'reads any filler inside a composite',
    holding({ kind: 'sequence', subfields: [{ id: '1', ...digits, fillerRead: 'any' }] }),
    'ISO_DIALECT_ENCODING',
    '2.1',
  ],
  ['has a length its prefix cannot say', one({ length: 100, prefix: ll }), 'ISO_DIALECT_LENGTH', '2'],
  ['has a least length above the most', one({ prefix: ll, lengthMin: 5 }), 'ISO_DIALECT_LENGTH', '2'],
  ['has a least length without a prefix', one({ lengthMin: 1 }), 'ISO_DIALECT_LENGTH', '2'],
  ['counts an odd length in bytes', one({ length: 3, prefix: { ...ll, counts: 'bytes' } }), 'ISO_DIALECT_LENGTH', '2'],
  ['has a signed amount without digits', one({ content: 'signedAmount', length: 1 }), 'ISO_DIALECT_LENGTH', '2'],
  [
    'has parts that are no sum',
    one({ composite: { kind: 'positional', subfields: [{ id: '1', title, length: 3 }] } }),
    'ISO_DIALECT_LENGTH',
    '2',
  ],
  [
    'has an envelope default of another length',
    shaped({ envelope: [{ id: 'tpdu', title, bytes: 2, default: 'FF' }] }),
    'ISO_DIALECT_LENGTH',
    'tpdu',
  ],
  [
    'has two envelope parts of one name',
    shaped({
      envelope: [
        { id: 'tpdu', title, bytes: 2 },
        { id: 'tpdu', title, bytes: 2 },
      ],
    }),
    'ISO_DIALECT_LENGTH',
    'tpdu',
  ],
  ['has a field beyond its bitmap', dialectOf({ 65: digits }), 'ISO_DIALECT_BITMAP', '65'],
  ['has a field 1', dialectOf({ 1: digits }), 'ISO_DIALECT_BITMAP', '1'],
  [
    'has a field 65 where it announces',
    dialectOf({ 65: digits }, { bitmap: { encoding: 'hex', size: 'extensible', fieldsMax: 192 } }),
    'ISO_DIALECT_BITMAP',
    '65',
  ],
  [
    'says how far a fixed bitmap extends',
    dialectOf({}, { bitmap: { encoding: 'hex', size: 8, fieldsMax: 64 } }),
    'ISO_DIALECT_BITMAP',
    'bitmap',
  ],
  [
    'says how a growing bitmap begins',
    dialectOf({}, { bitmap: { encoding: 'hex', size: 'extensible', firstBit: 'set' } }),
    'ISO_DIALECT_BITMAP',
    'bitmap',
  ],
  [
    'has a part beyond a bitmap of its own',
    holding({ kind: 'bitmap', bitmap: { encoding: 'binary', bytes: 1 }, subfields: { 9: digits } }),
    'ISO_DIALECT_BITMAP',
    '2',
  ],
  [
    'cuts bytes by position',
    holding({ kind: 'positional', subfields: [{ id: '1', title, length: 8 }] }),
    'ISO_DIALECT_COMPOSITE',
    '2',
  ],
  ['holds TLV in a string', one({ composite: { kind: 'berTlv' } }), 'ISO_DIALECT_COMPOSITE', '2'],
  [
    'has two parts of one name',
    holding({
      kind: 'sequence',
      subfields: [
        { id: '1', ...digits },
        { id: '1', ...digits },
      ],
    }),
    'ISO_DIALECT_COMPOSITE',
    '2',
  ],
  ['has no parts', holding({ kind: 'sequence', subfields: [] }), 'ISO_DIALECT_COMPOSITE', '2'],
  [
    'has a tag of another length',
    holding({ kind: 'tagged', tag: { length: 2, encoding: 'ascii' }, prefix: ll, subfields: { A: digits } }),
    'ISO_DIALECT_COMPOSITE',
    '2',
  ],
  [
    'packs an odd tag',
    holding({ kind: 'tagged', tag: { length: 3, encoding: 'bcd' }, prefix: ll, subfields: {} }),
    'ISO_DIALECT_COMPOSITE',
    '2',
  ],
  ['masks a composite as a whole', holding({ kind: 'berTlv' }, { mask: 'secret' }), 'ISO_DIALECT_COMPOSITE', '2'],
  ['nests too deep', dialectOf({ 2: nested(7) }), 'ISO_DIALECT_COMPOSITE', '2.1.1.1.1.1.1'],
  ['has a MAC field it does not declare', dialectOf({}, { mac: { field: 64 } }), 'ISO_DIALECT_MAC', '64'],
  [
    'has a MAC field of variable length',
    dialectOf({ 64: { ...bytes, prefix: ll } }, { mac: { field: 64 } }),
    'ISO_DIALECT_MAC',
    '64',
  ],
  ['has a MAC field of digits', dialectOf({ 64: digits }, { mac: { field: 64 } }), 'ISO_DIALECT_MAC', '64'],
]

describe('a dialect that', () => {
  it.each(wrong)('%s', (_, dialect, code, path) => {
    const fault = faultOf(() => compileDialect(dialect))
    expect([fault.code, fault.path]).toEqual([code, path])
  })
})

describe.each(Object.entries(dialects))('the dialect %s', (key, dialect: Dialect) => {
  it('is data: it survives JSON and compiles to a codec that speaks the same', () => {
    const copy = JSON.parse(JSON.stringify(dialect)) as Dialect
    expect(copy).toEqual(dialect)
    expect(compileDialect(copy).dialect.name).toBe(key)
  })

  it('names every field in both languages', () => {
    const unnamed = Object.entries(dialect.fields).filter(
      ([
        ,
        {
          title: { en, zh },
        },
      ]) => !en || !zh,
    )
    expect(unnamed).toEqual([])
  })

  it('hides what no description may show', () => {
    const masks = (...fields: number[]) => fields.map((field) => dialect.fields[String(field)]?.mask)
    expect(masks(2, 35, 36, 52)).toEqual(['pan', 'track', 'secret', 'secret'])
    expect(masks(48)).toEqual(['long'])
    expect(masks(14)).toEqual(['secret'])
    expect(dialect.fields['45']?.mask ?? 'secret').toBe('secret')
  })
})
