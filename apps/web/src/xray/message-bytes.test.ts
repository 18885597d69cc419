import type { DescribedField } from '@shua/contract'
import { describe, expect, it } from 'vitest'
import { flattenFields, holds, messageBytes } from './message-bytes.ts'

function field(path: string, start: number, end: number, children?: DescribedField[]): DescribedField {
  return {
    path,
    title: { en: path },
    start,
    end,
    raw: '',
    value: '',
    sensitive: false,
    ...(children ? { children } : {}),
  }
}

const fields = [
  field('mti', 0, 2),
  field('4', 2, 5),
  field('60', 5, 9, [field('60.1', 6, 7), field('60.2', 7, 9, [field('60.2.1', 8, 9)])]),
]

describe('the bytes of a message', () => {
  it('belong to their field and to its innermost part', () => {
    const bytes = messageBytes({ hex: '0200000128000801**', fields })
    expect(bytes.map(({ field, part }) => `${field}:${part}`)).toEqual([
      'mti:mti',
      'mti:mti',
      '4:4',
      '4:4',
      '4:4',
      '60:60',
      '60:60.1',
      '60:60.2',
      '60:60.2.1',
    ])
    expect(bytes[8]?.digits).toBe('**')
  })

  it('that nobody described belong to nothing', () => {
    expect(messageBytes({ hex: '02000000', fields: [field('mti', 0, 2)] })[3]).toMatchObject({
      field: undefined,
      ordinal: -1,
    })
  })
})

describe('the fields of a message', () => {
  it('are listed with their subfields in reading order', () => {
    expect(flattenFields(fields).map(({ field, depth }) => `${field.path}@${depth}`)).toEqual([
      'mti@0',
      '4@0',
      '60@0',
      '60.1@1',
      '60.2@1',
      '60.2.1@2',
    ])
  })

  it('hold what is inside them and nothing else', () => {
    expect(holds(fields[2]!, '60.2.1')).toBe(true)
    expect(holds(fields[2]!, '4')).toBe(false)
  })
})
