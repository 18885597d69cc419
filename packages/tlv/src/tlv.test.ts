import { readFileSync } from 'node:fs'
import { Fault } from '@shua/assert'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  buildDolData,
  dolDataLength,
  emvTags,
  encodeTlv,
  findTlv,
  isConstructed,
  parseDol,
  parseTlv,
  tagNumber,
  tagText,
  type TlvElement,
  type TlvInput,
} from './index.ts'

interface Vector {
  id: string
  area: string
  name: string
  negative?: boolean
  inputs: { tlv?: string; dol?: string; field55?: string; values?: Record<string, string>; tag?: string } & {
    valueByte?: string
    length?: number
  }
  expected: Record<string, unknown>
}

const file = new URL('../testdata/tlv-vectors.json', import.meta.url)
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vector[]
const bytes = (hex: string) => Buffer.from(hex, 'hex')
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex').toUpperCase()

type Tree = [string, string | Tree][]
const tree = (elements: readonly TlvElement[]): Tree =>
  elements.map((element) => [element.tag, element.children ? (tree(element.children) as never) : hex(element.value)])

function faultOf(work: () => unknown): Fault {
  try {
    work()
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  throw new Error('expected a fault')
}

function parsedOrFault(input: Uint8Array, nested: boolean): TlvElement[] | Fault {
  try {
    return parseTlv(input, { nested })
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
}

const named = (filter: (vector: Vector) => boolean) =>
  vectors.filter(filter).map((vector) => [`${vector.id} ${vector.name}`, vector] as const)

describe('published vectors', () => {
  it('are all used by one of the tests below', () => {
    const used = [isTree, isRefused, isPrefix, isLength, isDolEntries, isDolData, isField55, isLenient]
    expect(vectors.filter((vector) => used.filter((one) => one(vector)).length !== 1).map((v) => v.id)).toEqual([])
    expect(vectors).toHaveLength(30)
  })

  it.each(named(isTree))('%s', (_, { inputs, expected }) => {
    const parsed = parseTlv(bytes(inputs.tlv!), { nested: true })
    expect(tree(parsed)).toEqual(expected['tree'])
    expect(hex(encodeTlv(parsed))).toBe(inputs.tlv)
  })

  it.each(named(isRefused))('%s', (_, { inputs }) => {
    const work = () =>
      inputs.tlv === undefined ? parseDol(bytes(inputs.dol!)) : parseTlv(bytes(inputs.tlv), { nested: true })
    expect(faultOf(work).code).toMatch(/^TLV_/)
  })

  it.each(named(isPrefix))('%s', (_, { inputs, expected }) => {
    const value = Buffer.alloc(inputs.length!, bytes(inputs.valueByte!))
    expect(hex(encodeTlv([{ tag: inputs.tag!, value }]))).toBe(`${String(expected['prefix'])}${hex(value)}`)
  })

  it.each(named(isLength))('%s', (_, { inputs, expected }) => {
    const encoded = encodeTlv([{ tag: '9C', value: Buffer.alloc(inputs.length!) }])
    expect(hex(encoded.subarray(1, encoded.length - inputs.length!))).toBe(expected['encoded'])
  })

  it.each(named(isDolEntries))('%s', (_, { inputs, expected }) => {
    const entries = parseDol(bytes(inputs.dol!))
    expect(entries.map(({ tag, length }) => [tag, length])).toEqual(expected['entries'])
    expect(dolDataLength(entries)).toBe(expected['total'])
  })

  it.each(named(isDolData))('%s', (_, { inputs, expected }) => {
    const values = new Map(Object.entries(inputs.values!).map(([tag, value]) => [tag, bytes(value)]))
    expect(hex(buildDolData(parseDol(bytes(inputs.dol!)), values))).toBe(expected['data'])
  })

  it.each(named(isField55))('%s', (_, { inputs, expected }) => {
    const elements = parseTlv(bytes(inputs.field55!))
    for (const [tag, value] of Object.entries(expected).filter(([key]) => /^(?:9F)?[0-9A-F]{2}$/.test(key))) {
      expect(findTlv(elements, tag)?.value && hex(findTlv(elements, tag)!.value)).toBe(value ?? undefined)
    }
    expect(elements.map(({ tag }) => tag)).toEqual(expected['tags'] ?? elements.map(({ tag }) => tag))
    expect(elements).toHaveLength((expected['count'] as number | undefined) ?? elements.length)
    expect(hex(encodeTlv(elements))).toBe(inputs.field55)
  })

  it.each(named(isLenient))('%s', (_, { inputs, expected }) => {
    expect(faultOf(() => parseTlv(bytes(inputs.tlv!))).code).toBe('TLV_LENGTH')
    const lenient = parseTlv(bytes(inputs.tlv!), { lengthForm: 'oneByte', nested: true })
    expect(lenient[0]!.value).toHaveLength(expected['lenientLength'] as number)
    expect(findTlv(lenient, '9F49')).toBeDefined()
  })
})

function isTree(vector: Vector): boolean {
  return vector.expected['tree'] !== undefined
}
function isRefused(vector: Vector): boolean {
  return vector.negative === true
}
function isPrefix(vector: Vector): boolean {
  return vector.expected['prefix'] !== undefined
}
function isLength(vector: Vector): boolean {
  return vector.expected['encoded'] !== undefined
}
function isDolEntries(vector: Vector): boolean {
  return vector.expected['entries'] !== undefined
}
function isDolData(vector: Vector): boolean {
  return vector.expected['data'] !== undefined
}
function isField55(vector: Vector): boolean {
  return vector.inputs.field55 !== undefined
}
function isLenient(vector: Vector): boolean {
  return vector.expected['strictParser'] !== undefined
}

const tagOf = fc.constantFrom('9C', '9F02', '5F2A', 'DF31', '9F8201', 'FF00', 'E0', '1F8F8F7F', '04')
const element: fc.Arbitrary<TlvInput> = fc.record({
  tag: tagOf,
  value: fc.uint8Array({ maxLength: 300 }),
})

describe('parseTlv', () => {
  it('keeps order, repeated and unknown tags', () => {
    fc.assert(
      fc.property(fc.array(element, { maxLength: 12 }), (elements) => {
        const parsed = parseTlv(encodeTlv(elements))
        expect(parsed.map(({ tag, value }) => [tag, hex(value)])).toEqual(
          elements.map(({ tag, value }) => [tag, hex(value!)]),
        )
      }),
    )
  })

  it('gives back every byte of what it accepts and throws nothing but faults', () => {
    const anyTlv = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .tuple(fc.array(element, { maxLength: 4 }), fc.nat(60), fc.nat(255))
        .map(([elements, at, byte]) => encodeTlv(elements).map((old, i) => (i === at ? byte : old))),
    )
    let accepted = 0
    fc.assert(
      fc.property(anyTlv, fc.boolean(), (input, nested) => {
        const parsed = parsedOrFault(input, nested)
        if (parsed instanceof Fault) return
        accepted++
        if (hex(encodeTlv(parsed)) !== hex(input)) throw new Error('other bytes came back')
      }),
      { numRuns: 2000 },
    )
    expect(accepted).toBeGreaterThan(200)
  })

  it('refuses every truncation that cuts a data object', () => {
    const whole = bytes('9F2608DD5BC16A368E26829F2701809F360200969505000000000082027C00DF0281'.concat('02FFFF'))
    const boundaries = new Set([0, ...parseTlv(whole).map(({ end }) => end)])
    for (let length = 0; length <= whole.length; length++) {
      const cut = parsedOrFault(whole.subarray(0, length), false)
      const reached = cut instanceof Fault ? 'refused' : (cut.at(-1)?.end ?? 0)
      expect(reached).toBe(boundaries.has(length) ? length : 'refused')
    }
  })

  it.each([
    ['a zero byte where a tag begins', '9C010000', 'TLV_TAG', 3],
    ['a tag of five bytes', '1F8182838401FF', 'TLV_TAG', 0],
    ['an indefinite length', '9C80FF0000', 'TLV_LENGTH', 1],
    ['five length bytes', '9C850000000001FF', 'TLV_LENGTH', 1],
    ['a length beyond the data', '9F3604FFFF', 'TLV_VALUE', 3],
    ['a length of four billion', '9C84FFFFFFFF00', 'TLV_VALUE', 6],
  ])('refuses %s', (_, input, code, offset) => {
    const fault = faultOf(() => parseTlv(bytes(input)))
    expect([fault.code, fault.details['offset']]).toEqual([code, offset])
    expect(Object.keys(fault.details)).toEqual(['offset', 'expected', 'actual'])
  })

  it('bounds the depth and the number of data objects', () => {
    const deep = Array.from({ length: 20 }).reduce<Buffer>(
      (value) => encodeTlv([{ tag: 'E1', value }]),
      Buffer.alloc(0),
    )
    expect(faultOf(() => parseTlv(deep, { nested: true })).code).toBe('TLV_DEPTH')
    expect(parseTlv(deep, { nested: true, depthMax: 21 })).toHaveLength(1)
    const many = Buffer.alloc(4000, bytes('9C00'))
    expect(faultOf(() => parseTlv(many)).code).toBe('TLV_COUNT')
    expect(parseTlv(many, { elementsMax: 2000 })).toHaveLength(2000)
  })

  it('tells offsets, so that a page can point at the bytes', () => {
    const [amount, template] = parseTlv(bytes('9F0201FFE0039F0300'), { nested: true })
    expect([amount!.start, amount!.end, template!.start, template!.end]).toEqual([0, 4, 4, 9])
    expect(template!.children![0]!.start).toBe(6)
  })
})

describe('encodeTlv', () => {
  it.each(['9f26', '9F', '9C00', '00', 'XX', '9F80', '1F81828384', ''])('refuses the tag %j', (tag) => {
    expect(faultOf(() => encodeTlv([{ tag }])).code).toBe('TLV_TAG')
  })

  it('refuses a length field that is too small', () => {
    const value = Buffer.alloc(200)
    expect(faultOf(() => encodeTlv([{ tag: '9C', value, lengthSize: 1 }])).code).toBe('TLV_LENGTH')
  })

  it('builds templates from children', () => {
    const children = [
      { tag: '5A', value: bytes('FF') },
      { tag: '5F34', value: bytes('01') },
    ]
    expect(hex(encodeTlv([{ tag: '70', children }]))).toBe('70075A01FF5F340101')
  })
})

describe('tags', () => {
  it('are the same as number and as text', () => {
    for (const tag of Object.keys(emvTags)) expect(tagText(tagNumber(tag))).toBe(tag)
    for (const tag of ['9F8201', '1F8F8F7F', 'FFFFFF7F']) expect(tagText(tagNumber(tag))).toBe(tag)
  })

  it('know templates', () => {
    const constructed = Object.keys(emvTags).filter((tag) => isConstructed(tagNumber(tag)))
    expect(constructed).toEqual(['61', '70', '71', '72', '77', '6F', 'A5', 'BF0C'].toSorted(byTableOrder))
  })
})

function byTableOrder(a: string, b: string): number {
  return Object.keys(emvTags).indexOf(a) - Object.keys(emvTags).indexOf(b)
}
