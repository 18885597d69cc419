// Descriptions: every byte belongs to a part, names in two languages, masked in text and hex alike, and never a throw.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileDialect, type DescribedField, type Description, dialects, type FieldSpec, Message } from './index.ts'
import { bytesOf, dialectOf, hexOf, title } from './testing/codecs.ts'

const codec = compileDialect(dialects.unionpayPos)

function purchase(): Buffer {
  const message = new Message('0200')
    .set(2, '6225880000000001239')
    .set(3, '000000')
    .set(4, 10000n)
    .set(14, '3012')
    .set(35, '6225880000000001D30122011234567890123')
    .set(41, '10000001')
    .set(48, '01'.padEnd(42, '7'))
    .set(52, bytesOf('D8B0CC70AD13CC4C'))
    .set(55, [
      { id: '9F02', value: bytesOf('000000010000') },
      { id: '5A', value: bytesOf('6225880000000001239F') },
      { id: '57', value: bytesOf('6225880000000001D30122011234567890123F') },
      { id: 'DF7E', value: bytesOf('00112233445566') },
    ])
    .set(59, [{ id: 'A3', value: '62123456789012345678' }])
    .set(60, [
      { id: '1', value: '22' },
      { id: '2', value: '000007' },
    ])
    .set(62, Buffer.from('secret key'))
    .set(63, '01 ')
  Object.assign(message.envelope, { tpdu: '6000030000', header: '603100310000' })
  return codec.pack(message)
}

const part = (description: Description, path: string): DescribedField => {
  const all = (fields: readonly DescribedField[]): DescribedField[] =>
    fields.flatMap((field) => [field, ...all(field.children ?? [])])
  return all(description.fields).find((field) => field.path === path)!
}

describe('a description', () => {
  const bytes = purchase()
  const description = codec.describe(bytes)

  it('names the dialect, the message and every part', () => {
    expect([description.dialect, description.mti, description.mtiName]).toEqual([
      'unionpayPos',
      '0200',
      { en: 'Financial request', zh: '金融请求' },
    ])
    expect(description.fault).toBeUndefined()
    expect(description.fields.map(({ path }) => path).slice(0, 6)).toEqual([
      'tpdu',
      'header',
      'mti',
      'bitmap',
      '2',
      '3',
    ])
    expect(part(description, '41').title).toEqual({ en: 'Terminal number', zh: '受卡机终端标识码' })
    expect(part(description, '55.9F02').title).toEqual({ en: 'Amount, authorised', zh: '授权金额' })
    expect(part(description, '55.DF7E').title.en).toBe('Unknown tag')
    expect(part(description, 'bitmap').value).toBe('2 3 4 14 35 41 48 52 55 59 60 62 63')
  })

  it.each([false, true])('puts every byte into exactly one part, unmasked %s', (unmask) => {
    const { fields, hex } = codec.describe(bytes, { unmask })
    let at = 0
    for (const { start, end, raw } of fields) {
      expect(start).toBe(at)
      expect(raw).toBe(hex.slice(start * 2, end * 2))
      at = end
    }
    expect(at).toBe(bytes.length)
    expect(hex).toHaveLength(bytes.length * 2)
  })

  it.each([
    ['2', '622588*********1239', '19622588*********12390'],
    ['14', '****', '****'],
    ['35', '622588******0001D********************', '37622588******0001D********************0'],
    ['48', '*'.repeat(42), `0042${'*'.repeat(42)}`],
    ['52', '*'.repeat(16), '*'.repeat(16)],
    ['55.5A', '622588*********1239*', '5A0A622588*********1239*'],
    ['55.57', '622588******0001D*********************', '5713622588******0001D*********************'],
    ['55.DF7E', '*'.repeat(14), `DF7E07${'*'.repeat(14)}`],
    ['59.A3', '*'.repeat(20), `4133303230${'*'.repeat(40)}`],
    ['62', '*'.repeat(20), `0010${'*'.repeat(20)}`],
  ])('masks field %s in text and hex alike', (path, value, raw) => {
    const { sensitive, ...shown } = part(description, path)
    expect([shown.value, shown.raw, sensitive]).toEqual([value, raw, true])
  })

  it.each([
    ['4', '000000010000', '000000010000'],
    ['41', '10000001', '3130303030303031'],
    ['55.9F02', '000000010000', '9F0206000000010000'],
    ['60.2', '000007', '000007'],
    ['63', '01 ', '0003303120'],
  ])('shows field %s as it is', (path, value, raw) => {
    const { sensitive, ...shown } = part(description, path)
    expect([shown.value, shown.raw, sensitive]).toEqual([value, raw, false])
  })

  it('shows everything when asked to', () => {
    const open = codec.describe(bytes, { unmask: true })
    expect(open.hex).toBe(hexOf(bytes))
    expect(part(open, '2').value).toBe('6225880000000001239')
    expect(part(open, '55.57').value).toBe('6225880000000001D30122011234567890123F')
    expect(part(open, '2').sensitive).toBe(true)
  })

  it('places parts of hex text where they stand in the message', () => {
    const ascii = compileDialect(dialects.iso87Ascii)
    const wire = ascii.pack(new Message('0200').set(55, [{ id: '5A', value: bytesOf('6225880000000001') }]))
    const tag = part(ascii.describe(wire), '55.5A')
    expect(wire.subarray(tag.start, tag.end).toString('latin1')).toBe('5A086225880000000001')
    expect(tag.value).toBe('622588******0001')
    expect(tag.raw).toBe('35413038363232353838************30303031')
  })

  it('of a cut message carries the fault, what came before it, and nothing of the rest', () => {
    const cut = codec.describe(bytes.subarray(0, 60))
    expect([cut.fault?.code, cut.fault?.path]).toEqual(['ISO_TRUNCATED', '35'])
    expect(cut.fields.at(-1)?.path).toBe('14')
    const { end } = cut.fields.at(-1)!
    expect(cut.hex.slice(end * 2)).toBe('*'.repeat((60 - end) * 2))
  })

  it('of any bytes at all ends without throwing, masked and not', () => {
    const codecs = Object.values(dialects).map((dialect) => compileDialect(dialect))
    fc.assert(
      fc.property(fc.constantFrom(...codecs), fc.uint8Array({ maxLength: 200 }), fc.boolean(), (one, input, unmask) => {
        const { hex, fault, mti, mtiName } = one.describe(input, { unmask })
        expect(hex).toHaveLength(input.length * 2)
        expect(JSON.parse(JSON.stringify({ fault, mti, mtiName }))).toBeDefined()
      }),
      { numRuns: 1000 },
    )
  })

  it('hides long rows of digits in fields that say nothing about themselves', () => {
    const field: FieldSpec = {
      title,
      content: 'printable',
      encoding: 'ascii',
      length: 99,
      prefix: { digits: 2, encoding: 'ascii' },
    }
    const own = compileDialect(dialectOf({ 2: field, 3: { ...field, mask: 'none' }, 4: { ...field, mask: 'long' } }))
    const wire = own.pack(
      new Message('0200').set(2, 'no 6225880000000001').set(3, '6225880000000001').set(4, '6225880'),
    )
    const shown = own.describe(wire)
    expect(['2', '3', '4'].map((path) => part(shown, path).value)).toEqual([
      '*'.repeat(19),
      '6225880000000001',
      '*******',
    ])
    const short = own.describe(own.pack(new Message('0200').set(2, '622588 0001').set(4, '622588')))
    expect(['2', '4'].map((path) => part(short, path).value)).toEqual(['622588 0001', '622588'])
  })
})
