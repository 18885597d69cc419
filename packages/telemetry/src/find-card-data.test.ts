import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { luhnCheckDigit } from '@shua/card-data'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findCardData } from './find-card-data.ts'
import { maskText } from './mask-text.ts'

interface SampleMessage {
  readonly id: string
  /** Digits of fields 2, 35 and 36, as they stand in the hex. */
  readonly cardholderData: readonly string[]
  readonly hex: string
}

const messages: SampleMessage[] = JSON.parse(
  readFileSync(new URL('../testdata/messages.json', import.meta.url), 'utf8'),
)

const digits = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((array) => array.join(''))

const complete = (body: string): string => body + luhnCheckDigit(body)

/** Numbers of known schemes with a right check digit. */
const schemePan = fc
  .constantFrom<readonly [string, number]>(
    ['4', 16],
    ['4', 13],
    ['51', 16],
    ['2720', 16],
    ['34', 15],
    ['37', 15],
    ['36', 14],
    ['3528', 16],
    ['6011', 16],
    ['62', 16],
    ['62', 17],
    ['62', 18],
    ['62', 19],
    ['9558', 19],
    ['50', 19],
    ['1', 15],
  )
  .chain(([prefix, length]) => digits(length - prefix.length - 1).map((rest) => complete(prefix + rest)))

/** Any number of 13 to 19 digits with a right check digit that does not begin with 0 or 1 and is no time of day. */
const anyPan = fc
  .integer({ min: 13, max: 19 })
  .chain((length) => digits(length - 1))
  .filter((body) => body.charAt(0) >= '2' && !/^20\d\d[01]/.test(body))
  .map(complete)

const testPan = fc.integer({ min: 16, max: 19 }).chain((length) => digits(length - 6).map((rest) => `622588${rest}`))

const track2 = fc
  .tuple(anyPan, fc.constantFrom('=', 'D'), digits(2), fc.integer({ min: 1, max: 12 }), digits(8))
  .map(([pan, separator, year, month, rest]) => pan + separator + year + String(month).padStart(2, '0') + rest)

/** Text around a number that does not lengthen it: no digit, no hex letter beside it, and no gap that joins digits. */
const before = fc.string().map((text) => text.replace(/[0-9a-f*uB -]$/i, '_'))
const after = fc.string().map((text) => text.replace(/^[0-9a-f*^= -]/i, '_'))

function toHex(text: string, encoding: 'ascii' | 'ebcdic'): string {
  const high = encoding === 'ascii' ? '3' : 'F'
  const separators: Record<string, string> = encoding === 'ascii' ? { '=': '3D', D: '44' } : { '=': '7E', D: 'C4' }
  return Array.from(text, (symbol) => separators[symbol] ?? high + symbol).join('')
}

describe('card data detector: what it never misses', () => {
  it('a number that touches no other digit, in any text', () => {
    fc.assert(
      fc.property(before, anyPan, after, (left, pan, right) => {
        const found = findCardData(left + pan + right)
        expect(found).toContainEqual({ kind: 'pan', index: left.length, length: pan.length })
        expect(maskText(left + pan + right)).not.toContain(pan)
      }),
      { numRuns: 1000 },
    )
  })

  it('a number right behind a word or in JSON', () => {
    fc.assert(
      fc.property(anyPan, (pan) => {
        for (const text of [
          `card${pan}`,
          `face${pan}`,
          `{"value":"${pan}"}`,
          `[${pan}]`,
          `pan=${pan}&x=1`,
          `\n${pan}\n`,
        ]) {
          expect(findCardData(text)).toEqual([{ kind: 'pan', index: text.indexOf(pan), length: pan.length }])
        }
      }),
    )
  })

  it('a number written in groups', () => {
    const gap = fc.constantFrom(' ', '-')
    fc.assert(
      fc.property(schemePan, gap, fc.constantFrom(1, 2, 3, 4, 5, 6), (pan, between, size) => {
        const spaced = (pan.match(new RegExp(`\\d{1,${size}}`, 'g')) ?? []).join(between)
        const text = `card ${spaced}, thanks`
        expect(findCardData(text)).toEqual([{ kind: 'pan', index: 5, length: spaced.length }])
        const masked = maskText(text)
        expect(masked.replace(/[^\d*]/g, '')).toBe(pan.slice(0, 6) + '*'.repeat(pan.length - 10) + pan.slice(-4))
      }),
    )
  })

  it('a number in groups of four among other groups of digits', () => {
    fc.assert(
      fc.property(digits(15), digits(4), digits(8), (body, left, right) => {
        const pan = complete(`4${body.slice(1)}`)
        const spaced = (pan.match(/\d{4}/g) ?? []).join(' ')
        expect(maskText(`${left} ${spaced} ${right}`)).not.toContain(spaced)
      }),
    )
  })

  it('a track, whatever stands beside it', () => {
    fc.assert(
      fc.property(before, track2, after, (left, track, right) => {
        const text = left + track + right
        const index = left.length
        expect(findCardData(text)).toContainEqual({ kind: 'track', index, length: track.length })
        expect(maskText(text)).not.toContain(track.slice(6, 12))
      }),
      { numRuns: 1000 },
    )
  })

  it('a track 1', () => {
    const text = '%B4000000000000010^LI/SI^30122011234567890123?'
    expect(findCardData(text)).toEqual([{ kind: 'track', index: 2, length: 43 }])
    expect(maskText(text)).toBe('%B400000******0010^LI/SI^********************?')
  })

  it('a test card anywhere in a row of digits or a hex text, though it has no check digit', () => {
    const hexText = fc
      .array(fc.constantFrom(...Array.from('0123456789abcdef')), { maxLength: 80 })
      .map((array) => array.join(''))
    fc.assert(
      fc.property(hexText, testPan, hexText, (left, pan, right) => {
        const text = left + pan + right
        const index = left.length
        expect(findCardData(text).some((find) => find.index <= index && find.index + find.length > index)).toBe(true)
        expect(maskText(text)).not.toContain(pan)
      }),
      { numRuns: 1000 },
    )
  })

  it('a number in a hex message, behind its length or its EMV tag', () => {
    const hexText = fc
      .uint8Array({ minLength: 10, maxLength: 60 })
      .map((bytes) => Buffer.from(bytes).toString('hex').toUpperCase())
    fc.assert(
      fc.property(hexText, schemePan, hexText, (left, pan, right) => {
        const padded = pan.length % 2 === 0 ? pan : `${pan}F`
        const tagged = `5A${Buffer.from([padded.length / 2])
          .toString('hex')
          .toUpperCase()}${padded}`
        for (const field of [`${pan.length}${pan.length % 2 === 0 ? pan : `${pan}0`}`, tagged]) {
          const text = left + field + right
          expect(maskText(text)).not.toContain(pan)
          const dump = (text.match(/../g) ?? []).join(' ')
          expect(maskText(dump).replaceAll(' ', '')).not.toContain(pan)
        }
      }),
      { numRuns: 500 },
    )
  })

  it.each(['ascii', 'ebcdic'] as const)('a number or track written as hex of %s', (encoding) => {
    fc.assert(
      fc.property(fc.oneof(anyPan, track2), fc.constantFrom('', ' ', ':'), (value, gap) => {
        const hex = (toHex(value, encoding).match(/../g) ?? []).join(gap)
        const text = `dump [${hex}]`
        expect(findCardData(text)).toHaveLength(1)
        expect(findCardData(text)[0]).toMatchObject({ index: 6, length: hex.length })
        expect(maskText(text)).not.toContain(hex.slice(0, 22 + gap.length * 10))
      }),
    )
  })

  it.each(messages.filter(({ cardholderData }) => cardholderData[0]?.startsWith('622588')))(
    'the card of message $id, as text and as dump',
    ({ hex, cardholderData }) => {
      for (const text of [
        hex,
        hex.toLowerCase(),
        (hex.match(/../g) ?? []).join(' '),
        (hex.match(/.{1,4}/g) ?? []).join(' '),
      ]) {
        expect(findCardData(text).length).toBeGreaterThan(0)
        const left = maskText(text).replaceAll(' ', '').toUpperCase()
        for (const data of cardholderData) {
          const pan = /^\d+/.exec(data)?.[0] ?? data
          expect(left).not.toContain(pan)
        }
      }
    },
  )
})

describe('card data detector: what it lets go', () => {
  it('UUIDs, also those whose digits pass the check', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(findCardData(`intent ${id} stored`)).toEqual([])
      }),
      { numRuns: 1000 },
    )
    expect(findCardData('41111111-1111-7111-8111-111111111111')).toEqual([])
  })

  it('reference numbers, trace numbers and dates of twelve digits or fewer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 }).chain(digits), (text) => {
        expect(findCardData(`rrn "${text}"`)).toEqual([])
      }),
    )
  })

  it('times in ms, µs and ns since 1970, and times written as digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000_000_000_000, max: 1_999_999_999_999 }), digits(6), (ms, rest) => {
        const iso = new Date(ms).toISOString().replace(/\D/g, '')
        const texts = [`${ms}`, `${ms}${rest.slice(3)}`, `${ms}${rest}`]
        if (ms > 978_307_200_000) texts.push(iso, iso.slice(0, 14), `${iso.slice(0, 8)} ${iso.slice(8, 14)}`)
        for (const text of texts) expect(findCardData(`"time":${text},`)).toEqual([])
      }),
      { numRuns: 1000 },
    )
  })

  it('hashes and keys in hex', () => {
    for (let count = 0; count < 2000; count++) {
      const hash = createHash('sha256').update(`entry ${count}`).digest('hex')
      expect(findCardData(`previous ${hash}`)).toEqual([])
      expect(findCardData(hash.toUpperCase())).toEqual([])
    }
  })

  it('masked numbers', () => {
    expect(findCardData('622588******0001 411111******1111 and 4111 11** **** 1111 4111 1111 1111')).toEqual([])
  })

  it.each(messages)('message $id when its card data is masked', ({ hex, cardholderData }) => {
    const masked = cardholderData.reduce((text, data) => text.replaceAll(data, '*'.repeat(data.length)), hex)
    expect(findCardData(masked)).toEqual([])
  })

  it('the names and numbers of the demonstration network', () => {
    const text =
      'acquirer 48020000 merchant 898110015411234 terminal 10000001 batch 000001 stan 000001 rrn 060100000002'
    expect(findCardData(text)).toEqual([])
  })
})

describe('masking a text', () => {
  it('leaves nothing to find, and changes nothing but digits to stars', () => {
    const piece = fc.oneof(
      fc.string(),
      anyPan,
      testPan,
      track2,
      digits(4),
      digits(30),
      fc.constantFrom(' ', '-', '*', '=', 'D', '16', '5A08'),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('')
        const masked = maskText(text)
        expect(findCardData(masked)).toEqual([])
        expect(masked).toHaveLength(text.length)
        const changed = masked.split('').filter((character, index) => character !== text[index])
        expect(changed.every((character) => character === '*')).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('keeps the first six and the last four digits, and nothing of a track behind its separator', () => {
    expect(maskText('a 4111111111111111 b')).toBe('a 411111******1111 b')
    expect(maskText('6225880000000001D30122011234567890123')).toBe('622588******0001D********************')
  })

  it('is quick on long texts of any kind', () => {
    const size = 200_000
    for (const unit of ['1', '4', '12 ', '0123456789abcdef', '34', '4-', 'F4', 'a1']) {
      const text = unit.repeat(size / unit.length)
      expect(maskText(text)).toHaveLength(text.length)
    }
  })

  it('uses the given test BINs instead of its own', () => {
    const text = '6225880000000002 and 9999990000000001'
    expect(findCardData(text, { testBins: ['999999'] })).toEqual([{ kind: 'pan', index: 21, length: 16 }])
    expect(maskText(text, { testBins: ['999999'] })).toBe('6225880000000002 and 999999******0001')
  })
})
