// Packs and unpacks a 0200 of 21 fields with chip data, beside the npm package iso_8583 doing the same in the same run.
// Ours checks every length and class and the whole BER-TLV of field 55 and copies what it keeps. Then every field of the
// unpacked message is asked for, so nothing is put off: the cryptogram out of field 55, which the other library leaves
// as one hex text, and in `codec.unpack.everyTag` a list of all its data objects.

import { createRequire } from 'node:module'
import { assert } from '@shua/assert'
import { type Codec, compileDialect, type Composite, dialects, type FieldValue, Message } from '@shua/iso8583'
import { parseTlv } from '@shua/tlv'
import { type BenchResult, type Contender, measureRates, type MeasureOptions, resultOf } from './measure.ts'

interface OtherMessage {
  getRawMessage(): Buffer | { error: unknown }
  getIsoJSON(bytes: Buffer, options: { lenHeader: boolean }): Record<string, string>
}
const OtherCodec = createRequire(import.meta.url)('iso_8583') as new (fields?: Record<string, string>) => OtherMessage

const chipData =
  '9F2608665F082E1F3291C39F2701809F101307000103A0A000010A0100000100003D145EDF9F3704A1B2C3D49F3602000195050000008000' +
  '9A032601019C01009F02060000000123455F2A02015682027C009F1A0201569F03060000000000009F3303E0E1C89F34034203009F3501229F' +
  '1E0830303030303030318408A0000003330101019F090200309F410400000001'

/** What both libraries put on the wire, as text; the other one wants bytes as hex text. */
const fields: Readonly<Record<string, string>> = {
  2: '6225880000000001',
  3: '000000',
  4: '000000010000',
  7: '0601101500',
  11: '000002',
  12: '101612',
  13: '0601',
  14: '3012',
  18: '5411',
  22: '051',
  23: '001',
  25: '00',
  32: '48020000',
  35: '6225880000000001=30122011234567890',
  37: '060100000002',
  41: '10000001',
  42: '898110015411234',
  43: 'SHUA DEMO SHOP            SHANGHAI    CN',
  49: '156',
  52: 'D8B0CC70AD13CC4C',
  55: chipData,
}

/** The same purchase as a terminal sends it: 21 fields as well, some of them others. */
const terminalFields: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(fields).filter(([field]) => !['7', '18', '43'].includes(field))),
  26: '12',
  35: '6225880000000001D30122011234567890',
  53: '2600000000000000',
  60: '22000007000601',
}

const chipObjects = parseTlv(Buffer.from(chipData, 'hex')).map(({ tag, value }) => ({ id: tag, value }))

function valuesOf(texts: Readonly<Record<string, string>>): [number, FieldValue][] {
  return Object.entries(texts).map(([field, text]) => {
    if (field === '4') return [4, BigInt(text)]
    if (field === '52') return [52, Buffer.from(text, 'hex')]
    return [Number(field), field === '55' ? chipObjects : text]
  })
}

interface Ours {
  readonly codec: Codec
  readonly values: readonly [number, FieldValue][]
  readonly envelope: Readonly<Record<string, string>>
}

function packOurs({ codec, values, envelope }: Ours): Buffer {
  const message = new Message('0200')
  Object.assign(message.envelope, envelope)
  for (const [field, value] of values) message.set(field, value)
  return codec.pack(message)
}

function unpackOurs({ codec }: Ours, bytes: Buffer, asked: readonly (number | string)[]): number {
  const message = codec.unpack(bytes)
  let present = 0
  for (const path of asked) if (message.get(path) !== undefined) present++
  assert(present === asked.length, 'every field was read')
  return present
}

/** Every field; `chip` is asked for instead of field 55. */
function pathsOf({ values }: Ours, chip: number | string): (number | string)[] {
  return values.map(([field]) => (field === 55 ? chip : field))
}

function packOther(): Buffer {
  const packed = new OtherCodec({ 0: '0200', ...fields }).getRawMessage()
  assert(Buffer.isBuffer(packed), 'the other library packs the message')
  return packed
}

/** Both libraries must have understood the same before their speed is compared. */
function assertSame(ours: Ours, bytes: Buffer, other: Record<string, string>): void {
  const message = ours.codec.unpack(bytes)
  for (const [field, text] of Object.entries(fields)) {
    assert(other[field]?.toUpperCase() === text.toUpperCase(), `the other library reads field ${field}`)
  }
  for (const [field, value] of ours.values) assert(same(message.get(field), value), `our codec reads field ${field}`)
}

function same(a: FieldValue | undefined, b: FieldValue): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0
  if (!isList(a) || !isList(b)) return a === b
  return a.length === b.length && a.every(({ id, value }, i) => id === b[i]!.id && same(value, b[i]!.value))
}

function isList(value: FieldValue | undefined): value is Composite {
  return Array.isArray(value)
}

export async function benchCodec(
  options: MeasureOptions = { runs: 25, runMs: 60, clock: 'processor' },
): Promise<BenchResult[]> {
  const ascii: Ours = { codec: compileDialect(dialects.iso87Ascii), values: valuesOf(fields), envelope: {} }
  const terminal: Ours = {
    codec: compileDialect(dialects.unionpayPos),
    values: valuesOf(terminalFields),
    envelope: { tpdu: '6000030000', header: '603100310000' },
  }
  assert(ascii.values.length === 21 && terminal.values.length === 21, 'both messages have 21 fields')
  const asciiBytes = packOurs(ascii)
  const terminalBytes = packOurs(terminal)
  const otherBytes = packOther()
  const unpackOther = () => new OtherCodec().getIsoJSON(otherBytes, { lenHeader: false })
  assertSame(ascii, asciiBytes, unpackOther())
  const [asciiPaths, terminalPaths] = [pathsOf(ascii, '55.9F26'), pathsOf(terminal, '55.9F26')]
  const everyTag = pathsOf(ascii, 55)
  const pack: Contender[] = [
    repeated('other', () => packOther().length),
    repeated('ascii', () => packOurs(ascii).length),
    repeated('terminal', () => packOurs(terminal).length),
  ]
  const unpack: Contender[] = [
    repeated('other', () => (unpackOther()['55'] === undefined ? 0 : 1)),
    repeated('ascii', () => unpackOurs(ascii, asciiBytes, asciiPaths)),
    repeated('terminal', () => unpackOurs(terminal, terminalBytes, terminalPaths)),
    repeated('everyTag', () => unpackOurs(ascii, asciiBytes, everyTag)),
  ]
  const packRates = measureRates(pack, options)
  const unpackRates = measureRates(unpack, options)
  const result = (name: string, rates: Map<string, number[]>, contender: string) =>
    resultOf(name, 'messages/s', { values: rates.get(contender)!, baseline: rates.get('other')! })
  return await Promise.resolve([
    result('codec.pack', packRates, 'ascii'),
    result('codec.unpack', unpackRates, 'ascii'),
    result('codec.unpack.everyTag', unpackRates, 'everyTag'),
    result('codec.pack.unionpayPos', packRates, 'terminal'),
    result('codec.unpack.unionpayPos', unpackRates, 'terminal'),
  ])
}

/** The sum keeps the compiler from leaving out work whose result nobody uses. */
function repeated(name: string, work: () => number): Contender {
  return {
    name,
    repeat(count) {
      let sum = 0
      for (let i = 0; i < count; i++) sum += work()
      assert(sum > 0, 'the work was done')
    },
  }
}
