// A card number planted anywhere a card number travels never shows in a description – not in a value, not in hex of any
// encoding, not in a fault – whether the message is whole, cut or damaged.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Codec,
  compileDialect,
  type Description,
  type DescribedField,
  type Dialect,
  dialects,
  type FieldSpec,
  type FieldValue,
  Message,
} from './index.ts'

const codecs: ReadonlyMap<string, Codec> = new Map(
  Object.values(dialects as Record<string, Dialect>).map((dialect) => [dialect.name, compileDialect(dialect)]),
)
const dialectName = fc.constantFrom(...codecs.keys())

/** Luhn-valid numbers of 13 to 19 digits from the ranges that issuers have, and the demo's own without check digit. */
const pan = fc
  .tuple(fc.constantFrom('4', '51', '2221', '37', '3528', '62', '622588', '6011'), fc.integer({ min: 13, max: 19 }))
  .chain(([prefix, length]) =>
    fc
      .array(fc.integer({ min: 0, max: 9 }), {
        minLength: length - prefix.length - 1,
        maxLength: length - prefix.length - 1,
      })
      .map((rest) => withCheckDigit(prefix + rest.join(''))),
  )
  // A number made of one repeated run would be found in itself everywhere.
  .filter((digits) => new Set(digits).size > 4)

function withCheckDigit(body: string): string {
  const sum = Array.from(body)
    .toReversed()
    .reduce(
      (total, digit, i) =>
        total + (i % 2 === 1 ? Number(digit) : Math.floor(Number(digit) / 5) + ((Number(digit) * 2) % 10)),
      0,
    )
  return `${body}${(10 - (sum % 10)) % 10}`
}

type Form = 'bcd' | 'ascii' | 'ebcdic'
const form = fc.constantFrom<Form>('bcd', 'ascii', 'ebcdic')

function digitsAs(digits: string, how: Form): Buffer {
  if (how === 'bcd') return Buffer.from(digits.length % 2 === 0 ? digits : `${digits}F`, 'hex')
  return Buffer.from(Array.from(digits, (digit) => (how === 'ascii' ? 0x30 : 0xf0) + Number(digit)))
}

const plantedFields = [2, 35, 48, 55, 62] as const

interface Plan {
  readonly dialect: string
  readonly pan: string
  readonly fields: readonly number[]
  readonly form: Form
  readonly lead: number
}

const plan: fc.Arbitrary<Plan> = fc.record({
  dialect: dialectName,
  pan,
  fields: fc.uniqueArray(fc.constantFrom(...plantedFields), { minLength: 1 }),
  form,
  lead: fc.integer({ min: 0, max: 9 }),
})

const codecOf = ({ dialect }: Plan): Codec => codecs.get(dialect)!

function plantedMessage({ dialect: name, pan: digits, fields, form: how, lead }: Plan): Buffer {
  const codec = codecs.get(name)!
  const { dialect } = codec
  const message = new Message(`${(dialect.mti.versions ?? '0').charAt(0)}200`)
  for (const part of dialect.envelope ?? []) message.envelope[part.id] = '60'.repeat(part.bytes)
  message.set(3, '310000').set(4, 100n).set(11, '000123').set(41, '10016919').set(42, '843290045820001')
  for (const field of fields) {
    message.set(field, planted(dialect.fields[String(field)]!, { digits, how, lead, field }))
  }
  return codec.pack(message)
}

interface Seed {
  readonly digits: string
  readonly how: Form
  readonly lead: number
  readonly field: number
}

function planted(spec: FieldSpec, { digits, how, lead, field }: Seed): FieldValue {
  if (spec.composite?.kind === 'berTlv') {
    const track = Buffer.from(`${digits}D2512201000${digits.length % 2 === 0 ? '0' : ''}`, 'hex')
    const holders = [
      { id: '5A', value: digitsAs(digits, 'bcd') },
      { id: '57', value: track },
      { id: 'DF7F', value: Buffer.concat([Buffer.alloc(lead), digitsAs(digits, how)]) },
      { id: 'FF01', value: digitsAs(digits, how) },
    ]
    return [{ id: '9F36', value: Buffer.from([0, lead]) }, holders[lead % holders.length]!]
  }
  if (spec.content === 'bytes')
    return Buffer.concat([Buffer.alloc(lead, 0x41), digitsAs(digits, how), Buffer.from('!')])
  if (field === 35) {
    const tail = `${digits}${spec.encoding === 'bcd' ? 'D' : '='}2512201`
    return `${tail}${'0'.repeat(Math.min(lead, 37 - tail.length))}`
  }
  if (field === 2) return digits
  return spec.content === 'digits' ? `${'0'.repeat(lead)}${digits}${lead}` : `${'A'.repeat(lead)} ${digits} B`
}

/** Every string of a description, those of faults and parts included. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap((part) => strings(part))
}

/** The digits as a reader would meet them: plain or packed, and as the hex of ASCII and of EBCDIC. */
const faces = (digits: string): string[] => [digits, digits.replace(/./g, '3$&'), digits.replace(/./g, 'F$&')]

function leaks(description: Description, digits: string): string[] {
  return strings(description).filter((text) => faces(digits).some((face) => text.toUpperCase().includes(face)))
}

/** What no mask may show: the digits behind the first six and before the last four, with one more on both sides. */
const hiddenPart = (digits: string): string => digits.slice(5, -3)

describe('a planted card number', () => {
  it('shows its first six and last four digits at most, in every dialect', () => {
    fc.assert(
      fc.property(plan, (chosen) => {
        const bytes = plantedMessage(chosen)
        const description = codecOf(chosen).describe(bytes)
        expect(description.fault).toBeUndefined()
        // Three hidden digits of a short number may well stand somewhere else in the message.
        const sought = chosen.pan.length < 15 ? chosen.pan : hiddenPart(chosen.pan)
        expect(leaks(description, sought)).toEqual([])
        const paths = description.fields.filter(({ sensitive }) => sensitive).map(({ path }) => Number(path))
        expect(paths).toEqual(expect.arrayContaining([...chosen.fields]))
      }),
      { numRuns: 600 },
    )
  })

  it('is seen when unmasking is asked for, so the test looks in the right place', () => {
    fc.assert(
      fc.property(plan, (chosen) => {
        const description = codecOf(chosen).describe(plantedMessage(chosen), { unmask: true })
        expect(leaks(description, chosen.pan)).not.toEqual([])
      }),
      { numRuns: 100 },
    )
  })

  it('does not show in a message that is cut anywhere', () => {
    fc.assert(
      fc.property(plan, (chosen) => {
        const bytes = plantedMessage(chosen)
        for (let length = 0; length < bytes.length; length++) {
          const description = codecOf(chosen).describe(bytes.subarray(0, length))
          expect(description.fault).toBeDefined()
          expect(leaks(description, chosen.pan)).toEqual([])
        }
      }),
      { numRuns: 30 },
    )
  })

  it('does not show in a damaged message, nor under another dialect', () => {
    const harm = fc.record({
      kind: fc.constantFrom('flip', 'insert', 'delete', 'bitmap', 'none'),
      at: fc.nat(),
      bit: fc.nat({ max: 7 }),
      reader: dialectName,
    })
    fc.assert(
      fc.property(plan, harm, (chosen, { kind, at, bit, reader }) => {
        const whole = plantedMessage(chosen)
        const { fields } = codecOf(chosen).describe(whole)
        const bytes = damaged(whole, { kind, at, bit, bitmap: bitmapOf(fields) })
        for (const name of [chosen.dialect, reader]) {
          expect(leaks(codecs.get(name)!.describe(bytes), chosen.pan)).toEqual([])
        }
      }),
      { numRuns: 2000 },
    )
  })
})

function bitmapOf(fields: readonly DescribedField[]): { start: number; end: number } {
  return fields.find(({ path }) => path === 'bitmap')!
}

interface Harm {
  readonly kind: string
  readonly at: number
  readonly bit: number
  readonly bitmap: { readonly start: number; readonly end: number }
}

function damaged(whole: Buffer, { kind, at, bit, bitmap }: Harm): Buffer {
  const bytes = Buffer.from(whole)
  const place = at % bytes.length
  switch (kind) {
    case 'flip':
      bytes[place]! ^= 1 << bit
      return bytes
    case 'bitmap':
      bytes[bitmap.start + (at % (bitmap.end - bitmap.start))]! ^= 1 << bit
      return bytes
    case 'insert':
      return Buffer.concat([bytes.subarray(0, place), Buffer.from([bit]), bytes.subarray(place)])
    case 'delete':
      return Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1)])
    default:
      return bytes
  }
}
