// The README tells the truth: its dialect compiles, its message travels as it says, and its tables are complete.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compileDialect, type Dialect, dialects, isoFaultCodes, Message } from './index.ts'
import { bytesOf, faultOf, hexOf } from './testing/codecs.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const block = (language: string): string => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(readme)![1]!

describe('the README', () => {
  const dialect = JSON.parse(block('json')) as Dialect
  const codec = compileDialect(dialect)
  const message = new Message('0200')
    .set(2, '6225880000000001239')
    .set(4, 10000n)
    .set(11, '000002')
    .set(41, 'TERM1')
    .set(55, [{ id: '9F36', value: Buffer.from('0001', 'hex') }])
    .set(60, [
      { id: '1', value: '22' },
      { id: '2', value: '000007' },
    ])
  const bytes = codec.pack(message)

  it('shows the bytes that its example gives', () => {
    const lines = block('text').trimEnd().split('\n')
    const wire = bytesOf(lines.map((line) => line.slice(0, 26)).join(''))
    expect(hexOf(wire)).toBe(hexOf(bytes))
    const shown = block('ts')
    for (const call of [`.set(2, '6225880000000001239')`, '.set(4, 10000n)', `.set(41, 'TERM1')`, `id: '9F36'`]) {
      expect(shown).toContain(call)
    }
  })

  it('shows the fault of its cut message', () => {
    const cut = bytes.subarray(0, 35)
    const { code, path, details } = faultOf(() => codec.unpack(cut))
    const written = Object.entries(details).map(
      ([key, value]) => `${key}: ${typeof value === 'string' ? `'${value}'` : String(value)}`,
    )
    expect(readme).toContain(`Fault ${code}, path '${path}', details { ${written.join(', ')} }`)
    expect(codec.unpackPartly(cut).message.text(11)).toBe('000002')
    expect(codec.describe(bytes).fields.find(({ path: field }) => field === '2')!.value).toBe('622588*********1239')
    expect([codec.unpack(bytes).amount(4), codec.unpack(bytes).text('60.2')]).toEqual([10000n, '000007'])
  })

  it('explains every fault as the source does, and no other', () => {
    const rows = [...readme.matchAll(/^\| `(ISO_[A-Z_]+)` +\| (.+?) +\|$/gm)].map(([, code, meaning]) => [
      code,
      meaning,
    ])
    expect(rows).toEqual(Object.entries(isoFaultCodes))
  })

  it('names every fault that the source can raise', () => {
    const raised = new Set<string>()
    const sources = ['bitmap', 'codec', 'compile-dialect', 'compile-field', 'dialect-shape', 'mti', 'reader', 'writer']
    const fields = [
      'amount',
      'bcd',
      'bitmapped',
      'bytes',
      'container',
      'gbk',
      'positional',
      'sequence',
      'signed-amount',
      'tagged',
      'text',
      'tlv',
    ]
    const files = [...sources, ...fields.map((name) => `field/${name}-body`), 'field/field-codec', 'iso-fault']
    for (const file of files) {
      const text = readFileSync(new URL(`${file}.ts`, import.meta.url), 'utf8')
      for (const [, code] of text.matchAll(/'(ISO_[A-Z_]+)'/g)) raised.add(code!)
    }
    expect([...raised].toSorted()).toEqual(Object.keys(isoFaultCodes).toSorted())
  })

  it('has a row for every shipped dialect', () => {
    const rows = [...readme.matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name!)
    expect(rows).toEqual(expect.arrayContaining(Object.keys(dialects)))
  })

  it.each([
    ['dialect', (wrong: object) => ({ ...dialect, ...wrong })],
    ['field', (wrong: object) => ({ ...dialect, fields: { 2: { ...dialect.fields['2']!, ...wrong } } })],
    ['mti', (wrong: object) => ({ ...dialect, mti: { ...dialect.mti, ...wrong } })],
    ['bitmap', (wrong: object) => ({ ...dialect, bitmap: { ...dialect.bitmap, ...wrong } })],
  ] as const)('names every property of a %s', (_, build) => {
    const fault = faultOf(() => compileDialect(build({ nonsense: 1 }) as Dialect))
    const known = String(fault.details['expected']).split('known are ')[1]!.split(', ')
    expect(known.length).toBeGreaterThan(2)
    expect(known.filter((name) => !readme.includes(`\`${name}\``))).toEqual([])
  })
})
