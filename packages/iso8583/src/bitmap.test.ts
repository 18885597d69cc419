// Bitmaps of every form, and the ones that could not be packed back the same.

import { describe, expect, it } from 'vitest'
import { type BitmapSpec, compileDialect, type FieldSpec, Message } from './index.ts'
import { bytesOf, dialectOf, faultOf, hexOf, title } from './testing/codecs.ts'

const digit: FieldSpec = { title, content: 'digits', encoding: 'ascii', length: 1 }

function codecOf(bitmap: BitmapSpec, ...fields: number[]) {
  return compileDialect(dialectOf(Object.fromEntries(fields.map((field) => [field, digit])), { bitmap }))
}

const extensible = { encoding: 'binary', size: 'extensible' } as const
const rows: readonly (readonly [string, BitmapSpec, number[], string])[] = [
  ['primary', extensible, [2, 64], '4000000000000001'],
  ['secondary', extensible, [2, 128], 'C000000000000000 0000000000000001'],
  ['secondary with field 65', extensible, [65], '8000000000000000 8000000000000000'],
  ['tertiary', { ...extensible, fieldsMax: 192 }, [2, 66, 192], 'C000000000000000 C000000000000000 0000000000000001'],
  ['tertiary alone', { ...extensible, fieldsMax: 192 }, [130], '8000000000000000 8000000000000000 4000000000000000'],
  ['fixed 8', { encoding: 'binary', size: 8 }, [2, 64], '4000000000000001'],
  ['fixed 16', { encoding: 'binary', size: 16 }, [2], 'C000000000000000 0000000000000000'],
  [
    'fixed 16, bit 1 clear',
    { encoding: 'binary', size: 16, firstBit: 'clear' },
    [2, 66],
    '4000000000000000 4000000000000000',
  ],
  ['hex', { ...extensible, encoding: 'hex' }, [2, 11], '34303230303030303030303030303030'],
  ['lower-case hex', { ...extensible, encoding: 'hexLower' }, [9, 11], '30306130303030303030303030303030'],
  ['EBCDIC hex', { ...extensible, encoding: 'hexEbcdic' }, [9, 11], 'F0F0C1F0F0F0F0F0F0F0F0F0F0F0F0F0'],
  ['no field', extensible, [], '0000000000000000'],
]

describe('a bitmap', () => {
  it.each(rows)('%s', (_, spec, fields, wire) => {
    const codec = codecOf(spec, 2, 9, 11, 64, ...(spec.size === 8 ? [] : [66, 128]), ...fields)
    const message = new Message('0200')
    for (const field of fields) message.set(field, '7')
    const bytes = bytesOf(`0200 ${wire} ${'37'.repeat(fields.length)}`)
    expect(hexOf(codec.pack(message))).toBe(hexOf(bytes))
    expect(codec.unpack(bytes).fields()).toEqual(fields)
  })

  it.each([
    ['bit 1 in a fixed bitmap of 8 bytes', { encoding: 'binary', size: 8 }, 'C000000000000000 37'],
    ['bit 1 clear where it is always set', { encoding: 'binary', size: 16 }, '4000000000000000 0000000000000000 37'],
    [
      'bit 1 set where it is always clear',
      { encoding: 'binary', size: 16, firstBit: 'clear' },
      'C000000000000000 0000000000000000 37',
    ],
    [
      'a second bitmap where one is the most',
      { ...extensible, fieldsMax: 64 },
      'C000000000000000 4000000000000000 3737',
    ],
    ['an empty second bitmap', extensible, 'C000000000000000 0000000000000000 37'],
    [
      'an empty third bitmap',
      { ...extensible, fieldsMax: 192 },
      'C000000000000000 C000000000000000 0000000000000000 3737',
    ],
  ] as const)('is refused with %s', (_, spec, wire) => {
    const codec = codecOf(spec, 2, ...(spec.size === 8 || ('fieldsMax' in spec && spec.fieldsMax === 64) ? [] : [66]))
    const fault = faultOf(() => codec.unpack(bytesOf(`0200 ${wire}`)))
    expect([fault.code, fault.path, fault.details['offset']]).toEqual(['ISO_BITMAP', 'bitmap', 2])
  })

  it.each([
    ['hex', '3430323030303030303030303030302E', 17],
    ['hex', '3a303230303030303030303030303030', 2],
    ['hexLower', '30304130303030303030303030303030', 4],
  ] as const)('in %s is refused at its first wrong character', (encoding, wire, offset) => {
    const fault = faultOf(() => codecOf({ ...extensible, encoding }, 2, 9, 11).unpack(bytesOf(`0200 ${wire}`)))
    expect([fault.code, fault.details['offset']]).toEqual(['ISO_FIELD_CLASS', offset])
  })

  it('asks for its second part at the byte where it should begin', () => {
    const fault = faultOf(() => codecOf(extensible, 2).unpack(bytesOf('0200 8000000000000000 00')))
    expect([fault.code, fault.details]).toEqual([
      'ISO_TRUNCATED',
      { offset: 10, expected: '8 bytes', actual: '1 bytes' },
    ])
  })
})
