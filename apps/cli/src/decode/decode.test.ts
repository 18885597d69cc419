// What people paste into `shua decode`: the public samples in every dress, damaged ones, and card numbers that must not
// come out again.

import { readFileSync } from 'node:fs'
import { compileDialect, dialects, type FieldValue, Message } from '@shua/iso8583'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeText, readText } from './decode.ts'
import { displayWidth, printable } from './display-width.ts'

interface Sample {
  readonly id: number | string
  readonly dialect: string
  readonly framing: string
  readonly hex: string
  readonly mti: string
}

const samples = JSON.parse(
  readFileSync(new URL('../../../../packages/iso8583/testdata/iso8583-samples.json', import.meta.url), 'utf8'),
) as readonly Sample[]

const sampleHex = (id: number | string): string => samples.find((sample) => sample.id === id)!.hex
const latin1 = (bytes: Buffer): string => bytes.toString('latin1')

/** What was recognised, one line a message. */
function recognised(text: string): string[] {
  return readText(text).map(({ framing, enveloped, codec, verdict, payload }) => {
    const mti = codec.unpackPartly(payload).message.mti
    return `${framing} ${enveloped ? 'envelope' : 'bare'} ${codec.dialect.name} ${mti} ${typeof verdict === 'string' ? verdict : 'stopped'}`
  })
}

/** Sample 8 has fields 43 and 56 and the like only in the variant; the plain dialect reads everything else. */
const acquirerIds: ReadonlySet<number | string> = new Set([1, 2, 3, 4, 8, 52])

const framingOf: Readonly<Record<string, string>> = {
  '2-byte length + TPDU + header': 'binary2 envelope',
  'TPDU + header (no length prefix)': 'none envelope',
  'message only (MTI onward)': 'none bare',
}

describe('the public samples', () => {
  it.each(samples.map((sample) => [sample.id, sample.mti, sample] as const))(
    '%s (%s) is recognised',
    (id, mti, sample) => {
      const dialect = acquirerIds.has(id) ? 'unionpayPosAcquirer' : 'unionpayPos'
      expect(recognised(sample.hex)).toEqual([`${framingOf[sample.framing]!} ${dialect} ${mti} fits`])
      expect(recognised(latin1(Buffer.from(sample.hex, 'hex')))).toEqual(recognised(sample.hex))
    },
  )

  it('are all recognised at once, one in each line', () => {
    const all = recognised(samples.map(({ hex }) => hex).join('\n'))
    expect(all).toHaveLength(samples.length)
    expect(all.filter((line) => !line.endsWith('fits'))).toEqual([])
  })
})

const hex = sampleHex('S3')
const bytes = Buffer.from(hex, 'hex')
const expectedS3 = ['binary2 envelope unionpayPos 0200 fits']
const rows = (size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size))
const pairs = (row: Buffer): string => row.toString('hex').replace(/..(?=.)/g, '$& ')
const shown = (row: Buffer): string => latin1(row).replace(/[^ -~]/g, '.')
const offset = (i: number, width: number, step = 16): string => (i * step).toString(16).padStart(width, '0')

const dresses: readonly (readonly [string, string])[] = [
  ['lower case', hex.toLowerCase()],
  ['0x in front', `0x${hex}`],
  ['0x before every byte', hex.replace(/../g, '0x$&, ')],
  ['bytes set apart', pairs(bytes)],
  ['colons between bytes', pairs(bytes).replaceAll(' ', ':')],
  ['wrapped lines', rows(16).map(pairs).join('\n')],
  ['wrapped in the middle of a byte', hex.replace(/.{33}/g, '$&\r\n')],
  [
    'xxd',
    rows(16)
      .map((row, i) => `${offset(i, 8)}: ${row.toString('hex').replace(/.{4}/g, '$& ').padEnd(41)} ${shown(row)}`)
      .join('\n'),
  ],
  [
    'hexdump -C',
    `${rows(16)
      .map(
        (row, i) =>
          `${offset(i, 8)}  ${pairs(row.subarray(0, 8))}  ${pairs(row.subarray(8))}`.padEnd(60) + `|${shown(row)}|`,
      )
      .join('\n')}\n${bytes.length.toString(16).padStart(8, '0')}\n`,
  ],
  [
    'od -Ax -tx1',
    `${rows(16)
      .map((row, i) => `${offset(i, 6)} ${pairs(row)}`)
      .join('\n')}\n${bytes.length.toString(16).padStart(6, '0')}`,
  ],
  [
    'Wireshark',
    rows(16)
      .map((row, i) => `${offset(i, 4)}   ${pairs(row).padEnd(47)}   ${shown(row)}`)
      .join('\n'),
  ],
  [
    'eight bytes in a line',
    rows(8)
      .map((row, i) => `${offset(i, 4, 8)}: ${pairs(row).padEnd(24)} ${shown(row)}`)
      .join('\n'),
  ],
  ['raw bytes', latin1(bytes)],
  ['raw bytes and a line feed', `${latin1(bytes)}\n`],
  ['a byte order mark', `\u00EF\u00BB\u00BF${hex}`],
]

describe('one message in other dresses', () => {
  it.each(dresses)('%s', (_name, text) => {
    expect(recognised(text)).toEqual(expectedS3)
    expect(readText(text)[0]!.payload.equals(bytes.subarray(2))).toBe(true)
  })

  it('is found twice in two dumps behind each other', () => {
    const dump = dresses.find(([name]) => name === 'xxd')![1]
    expect(recognised(`${dump}\n\n${dump}`)).toEqual([...expectedS3, ...expectedS3])
  })

  it('is found among wrapped ones', () => {
    const wrapped = rows(16).map(pairs).join('\n')
    expect(recognised(`${wrapped}\n${sampleHex('S7')}\n${wrapped}`)).toEqual([
      ...expectedS3,
      'binary2 envelope unionpayPos 0400 fits',
      ...expectedS3,
    ])
  })

  it('is nothing when there is nothing', () => {
    for (const text of ['', ' \n\r\n']) expect(decodeText(text, { lang: 'en' })).toMatch(/^Nothing to decode/)
  })
})

const payload = bytes.subarray(2)
const bare = payload.subarray(11)
const bcdLength = (size: number): Buffer => Buffer.from(String(size).padStart(4, '0'), 'hex')

describe('framing', () => {
  it.each([
    ['binary2 envelope', bytes],
    ['bcd2 envelope', Buffer.concat([bcdLength(payload.length), payload])],
    ['ascii4 envelope', Buffer.concat([Buffer.from('0121'), payload])],
    ['none envelope', payload],
    ['binary2 bare', Buffer.concat([Buffer.from([0, bare.length]), bare])],
    ['bcd2 bare', Buffer.concat([bcdLength(bare.length), bare])],
    ['ascii4 bare', Buffer.concat([Buffer.from(String(bare.length).padStart(4, '0')), bare])],
    ['none bare', bare],
  ])('%s', (name, framed) => {
    expect(recognised(framed.toString('hex'))).toEqual([`${name} unionpayPos 0200 fits`])
    expect(recognised(latin1(framed))).toEqual([`${name} unionpayPos 0200 fits`])
  })

  it('parts a stream into its frames, and tells what the last one lacks', () => {
    const stream = Buffer.concat(['S1', 'S2', 'S3', 'S7'].map((id) => Buffer.from(sampleHex(id), 'hex')))
    expect(recognised(latin1(stream)).map((line) => line.split(' ')[3])).toEqual(['0800', '0810', '0200', '0400'])
    const cut = recognised(latin1(stream.subarray(0, -5)))
    expect(cut.map((line) => line.split(' ').slice(3).join(' '))).toEqual([
      '0800 fits',
      '0810 fits',
      '0200 fits',
      '0400 stopped',
    ])
  })

  it('says so when only the length is wrong', () => {
    const text = decodeText(Buffer.concat([Buffer.from([0, 200]), payload]).toString('hex'), { lang: 'en' })
    expect(text).toContain('length in 2 bytes, binary (says 200, 121 bytes follow)')
    expect(text).toContain('The message is whole; the length in front of it is wrong.')
  })
})

describe('dialects', () => {
  const fields: readonly (readonly [number, FieldValue])[] = [
    [2, '6225880000000012'],
    [3, '000000'],
    [4, 1234n],
    [11, '000007'],
    [22, '021'],
    [39, '00'],
    [41, 'TERMINAL'],
    [42, 'MERCHANT       '],
    [48, 'AX09 private'],
    [70, '301'],
  ]
  const iso87 = new Map(fields)
  const iso93 = new Map(
    fields.map(([field, value]) => [field, field === 22 ? '211201213002' : field === 39 ? '000' : value]),
  )

  it.each([
    ['iso87Ascii', iso87, '0210'],
    ['iso87Bcd', iso87, '0210'],
    ['iso87Ebcdic', iso87, '0210'],
    ['iso93Ascii', iso93, '1210'],
    ['iso93Bcd', iso93, '1210'],
  ] as const)('%s is recognised', (name, values, mti) => {
    const message = new Message(mti)
    for (const [field, value] of values) message.set(field, value)
    const packed = compileDialect(dialects[name]).pack(message)
    const expected = [`none bare ${name} ${mti} fits`]
    expect(recognised(packed.toString('hex'))).toEqual(expected)
    expect(recognised(latin1(packed))).toEqual(expected)
    expect(recognised(latin1(Buffer.concat([Buffer.from(String(packed.length).padStart(4, '0')), packed])))).toEqual([
      `ascii4 bare ${name} ${mti} fits`,
    ])
  })

  it('a message of nothing but hex characters is read as characters when its bytes say nothing', () => {
    const message = new Message('0800').set(11, '000007').set(70, '301')
    const packed = compileDialect(dialects.iso87Ascii).pack(message)
    expect(latin1(packed)).toMatch(/^[0-9A-F]+$/)
    expect(recognised(latin1(packed))).toEqual(['none bare iso87Ascii 0800 fits'])
  })
})

describe('the table', () => {
  it('shows path, name and masked value, parts under their field', () => {
    const text = decodeText(hex, { lang: 'en' })
    expect(text.split('\n')[0]).toBe('Message 1 of 1, 123 bytes')
    expect(text).toMatch(/^ {2}Dialect {3}UnionPay-style terminal \(unionpayPos\)$/m)
    expect(text).toMatch(/^ {2}4 +Amount +000000010000$/m)
    expect(text).toMatch(/^ {2}35 +Track 2 +622588\*{6}0001D\*+$/m)
    expect(text).toMatch(/^ {2}52 +Encrypted PIN +\*{16}$/m)
    expect(text).toMatch(/^ {4}60\.2 +Batch number +000007$/m)
  })

  it('keeps its columns when titles are Chinese', () => {
    const lines = decodeText(sampleHex(2), { lang: 'zh' }).split('\n')
    const from = lines.findIndex((line) => /^ {2}域/.test(line))
    const column = displayWidth(lines[from]!.slice(0, lines[from]!.indexOf('值')))
    expect(lines.find((line) => line.includes('商户名称'))).toMatch(/测试商户$/)
    const values = lines.slice(from + 1).filter((line) => displayWidth(line) > column)
    expect(values.length).toBeGreaterThan(10)
    for (const line of values) {
      const cut = Array.from(line).reduce(
        (head, character) => (displayWidth(head) < column ? head + character : head),
        '',
      )
      expect(displayWidth(cut)).toBe(column)
      expect(cut).toMatch(/ {2}$/)
    }
  })

  it('tells where the farthest reading stopped', () => {
    const text = decodeText(bytes.subarray(0, 90).toString('hex'), { lang: 'en' })
    expect(text).toContain('No reading fits.')
    expect(text).toContain('length in 2 bytes, binary (says 121, 88 bytes follow)')
    expect(text).toContain(
      'Stopped at 52 Encrypted PIN, byte 85 of 90 (ISO_TRUNCATED)\n  expected 8 bytes, found 5 bytes',
    )
    expect(text).toMatch(/^ {2}11 +System trace audit number +000002$/m)
    expect(decodeText(bytes.subarray(0, 90).toString('hex'), { lang: 'zh' })).toContain(
      '停在 52 个人标识码数据，第 85 字节（共 90 字节）',
    )
  })

  it('shows nothing of bytes that are no message', () => {
    const text = decodeText('GET /cards/6225880000000012 HTTP/1.1\r\n', { lang: 'en' })
    expect(text).toContain('Nothing in it could be read as a message.')
    expect(text).not.toMatch(/cards|6225/)
  })

  it('makes control characters visible, which could move the cursor or turn the writing round', () => {
    expect(printable('a\u001B[2J\u0007\u202Eb 测试')).toBe(String.raw`a\x1b[2J\x07\u202eb 测试`)
    for (const { hex: digits } of samples) {
      expect(decodeText(digits, { lang: 'zh' }).replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}/u)
    }
  })
})

/** Luhn-valid numbers of payment cards, 13 to 19 digits, with enough different digits not to be found by chance. */
/** Prefixes with a length in use. */
const issued = [
  ['4', 13],
  ['4', 16],
  ['4', 19],
  ['51', 16],
  ['2221', 16],
  ['37', 15],
  ['36', 14],
  ['3528', 16],
  ['62', 16],
  ['62', 18],
  ['622588', 19],
] as const

const pan = fc.constantFrom(...issued).chain(([prefix, length]) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), {
      minLength: length - prefix.length - 1,
      maxLength: length - prefix.length - 1,
    })
    .map((rest) => withCheckDigit(prefix + rest.join('')))
    .filter((digits) => new Set(digits).size > 4),
)

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

const planted = fc.record({
  digits: pan,
  fields: fc.uniqueArray(fc.constantFrom(2, 35, 48, 55, 62), { minLength: 1 }),
  ascii: fc.boolean(),
  lead: fc.nat({ max: 9 }),
  acquirer: fc.boolean(),
})

type Planted = typeof planted extends fc.Arbitrary<infer T> ? T : never

function frameWith({ digits, fields, ascii, lead, acquirer }: Planted): Buffer {
  const packed = Buffer.from(digits.length % 2 === 0 ? digits : `${digits}F`, 'hex')
  const inside = ascii ? Buffer.from(digits) : packed
  const track = `${digits}D2512201`
  const holders = [
    { id: '5A', value: packed },
    { id: '57', value: Buffer.from(track.length % 2 === 0 ? track : `${track}F`, 'hex') },
    { id: 'DF7F', value: Buffer.concat([Buffer.alloc(lead), inside]) },
  ]
  const values: Readonly<Record<number, FieldValue>> = {
    2: digits,
    35: `${track}${'0'.repeat(Math.min(lead, 37 - track.length))}`,
    48: `${'0'.repeat(lead)}${digits}${lead}`,
    55: [{ id: '9F36', value: Buffer.from([0, lead]) }, holders[lead % holders.length]!],
    62: Buffer.concat([Buffer.alloc(lead, 0x41), inside, Buffer.from('!')]),
  }
  const message = new Message('0200').set(3, '310000').set(4, 100n).set(11, '000123').set(41, '10016919')
  message.envelope['tpdu'] = '6000030000'
  message.envelope['header'] = '603100310000'
  for (const field of fields) message.set(field, values[field]!)
  const body = compileDialect(acquirer ? dialects.unionpayPosAcquirer : dialects.unionpayPos).pack(message)
  return Buffer.concat([Buffer.from([body.length >> 8, body.length & 255]), body])
}

/** Plain, and as the hex of ASCII and EBCDIC. */
const faces = (digits: string): string[] => [digits, digits.replace(/./g, '3$&'), digits.replace(/./g, 'F$&')]

/** The lines of the table without names: a number cut in two by a border stands in two of them. */
function values(text: string): string {
  return text
    .split('\n')
    .map((line) => / {2}(\S+)$/.exec(line)?.[1] ?? '')
    .join('')
}

function leaking(output: string, digits: string): boolean {
  const text = output.toUpperCase()
  return faces(digits).some((face) => text.includes(face) || values(text).includes(face))
}

const dress = fc.constantFrom('hex', 'spaced', 'dump', 'raw')

function dressed(frame: Buffer, how: string): string {
  if (how === 'raw') return latin1(frame)
  if (how === 'hex') return frame.toString('hex')
  if (how === 'spaced') return pairs(frame)
  return Array.from({ length: Math.ceil(frame.length / 16) }, (_, i) => frame.subarray(i * 16, i * 16 + 16))
    .map((row, i) => `${offset(i, 8)}: ${pairs(row).padEnd(48)} ${shown(row)}`)
    .join('\n')
}

const languages = ['en', 'zh'] as const

describe('a planted card number', () => {
  it('shows its first six and last four digits at most', () => {
    fc.assert(
      fc.property(planted, dress, (plan, how) => {
        const output = decodeText(dressed(frameWith(plan), how), { lang: languages[plan.lead % 2]! })
        expect(output).not.toMatch(/No reading fits|没有完全符合/)
        const hidden = plan.digits.slice(5, -3)
        expect(leaking(output, plan.digits.length < 15 ? plan.digits : hidden)).toBe(false)
      }),
      { numRuns: 300 },
    )
  })

  it('does not show when the message is cut, damaged, or has lost its length or its header', () => {
    const harm = fc.record({
      kind: fc.constantFrom('cut', 'flip', 'bitmap', 'insert', 'delete', 'behead'),
      at: fc.nat(),
      bit: fc.nat({ max: 7 }),
    })
    fc.assert(
      fc.property(planted, dress, harm, (plan, how, { kind, at, bit }) => {
        const whole = frameWith(plan)
        const place = at % whole.length
        const frame = ((): Buffer => {
          const copy = Buffer.from(whole)
          switch (kind) {
            case 'cut':
              return copy.subarray(0, place)
            case 'flip':
              copy[place]! ^= 1 << bit
              return copy
            case 'bitmap':
              copy[15 + (at % 8)]! ^= 1 << bit
              return copy
            case 'insert':
              return Buffer.concat([copy.subarray(0, place), Buffer.from([at % 256]), copy.subarray(place)])
            case 'delete':
              return Buffer.concat([copy.subarray(0, place), copy.subarray(place + 1)])
            case 'behead':
              return copy.subarray(Math.min(place, 13))
          }
        })()
        expect(leaking(decodeText(dressed(frame, how), { lang: 'en' }), plan.digits)).toBe(false)
      }),
      { numRuns: 400 },
    )
  })

  it('does not show when one more byte in the bitmap moves it across three fields that say no length', () => {
    const digits = withCheckDigit('400000000020164')
    const moved = [
      '004b60000300006031003100000200773020000000810004310000000000000100000123313030313639313900210000',
      digits,
      '40001941414141343030303030303030303032303136343421',
    ]
    const output = decodeText(moved.join(''), { lang: 'en' })
    expect(output).toMatch(/No reading fits/)
    expect(output).toMatch(/^ {2}12 /m)
    expect(leaking(output, digits)).toBe(false)
  })

  it('does not show in what is no message at all', () => {
    fc.assert(
      fc.property(pan, fc.uint8Array({ maxLength: 40 }), fc.boolean(), (digits, noise, packed) => {
        const secret = packed
          ? Buffer.from(digits.length % 2 === 0 ? digits : `${digits}F`, 'hex')
          : Buffer.from(digits)
        const text = latin1(
          Buffer.concat([noise.subarray(0, noise.length >> 1), secret, noise.subarray(noise.length >> 1)]),
        )
        expect(leaking(decodeText(text, { lang: 'en' }), digits)).toBe(false)
        expect(leaking(decodeText(digits, { lang: 'zh' }), digits)).toBe(false)
      }),
      { numRuns: 300 },
    )
  })

  it('does not show when a data object before it grew over it', () => {
    const holder: Planted = { digits: '6225880000000012', fields: [55], ascii: false, lead: 0, acquirer: false }
    const frame = frameWith(holder)
    // 9F36 of two bytes becomes one of twelve and takes in the 5A behind it.
    const at = frame.indexOf(Buffer.from('9F3602', 'hex')) + 2
    frame[at] = 12
    const output = decodeText(frame.toString('hex'), { lang: 'en' })
    expect(output).not.toContain('No reading fits.')
    expect(output).toMatch(/^ {4}55\.9F36 +Application transaction counter +\*{24}$/m)
  })
})
