// Throws damaged messages at every shipped dialect and watches three promises of the codec: it refuses with a Fault that
// says where and why and with nothing else, it comes to an end, and what it accepts packs back to the same bytes.
// Called by scripts/fuzz.ts, by the codec's own test, and by hand: fuzz-codec.ts --count 1000000 --seed 1

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Fault } from '@shua/assert'
import { type Codec, compileDialect, type DescribedField, type Dialect, dialects } from '@shua/iso8583'
import { type SeededRandom, seededRandom } from '@shua/testkit'
import { generateMessage } from './generate-message.ts'

export interface FuzzOptions {
  readonly count: number
  readonly seed: number
}

export interface FuzzDeviation {
  readonly dialect: string
  /** The number of the round, for a replay with the same seed. */
  readonly round: number
  readonly hex: string
  readonly what: string
}

export interface FuzzResult {
  readonly count: number
  readonly seed: number
  readonly accepted: number
  readonly refused: number
  readonly seconds: number
  /** The longest that one message took: unpack, pack, and the description where one was made. */
  readonly slowestMs: number
  /** The first ten broken promises. */
  readonly deviations: readonly FuzzDeviation[]
}

/** A valid message and the places that are worth damaging. */
interface Specimen {
  readonly codec: Codec
  readonly bytes: Buffer
  readonly bitmap: { readonly start: number; readonly end: number }
  /** Where fields and their parts begin: length prefixes, tags, lengths of data objects. */
  readonly starts: readonly number[]
}

const deviationsMax = 10
const generatedPerDialect = 200
/** One round in so many also asks for a description and the MAC's bytes, which must never fail for another reason. */
const describeEvery = 32
/** Most rounds end in a Fault, and most of its cost is the stack; four lines of it are enough to find a bug. */
const stackLines = 4

export function fuzzCodec(options: FuzzOptions): FuzzResult {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = stackLines
  try {
    return runRounds(options)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

function runRounds({ count, seed }: FuzzOptions): FuzzResult {
  const random = seededRandom(seed)
  const specimens = corpus(random)
  const deviations: FuzzDeviation[] = []
  let accepted = 0
  let refused = 0
  let slowestMs = 0
  const began = performance.now()
  let before = began
  for (let round = 0; round < count; round++) {
    const specimen = random.pick(specimens)
    const bytes = damage(specimen, specimens, random)
    const { codec } = random.integer(20) === 0 ? random.pick(specimens) : specimen
    const outcome = tryMessage(codec, bytes, random)
    if (outcome === 'accepted') accepted += 1
    else if (outcome === 'refused') refused += 1
    else if (deviations.length < deviationsMax) {
      deviations.push({ dialect: codec.dialect.name, round, hex: bytes.toString('hex').toUpperCase(), what: outcome })
    }
    const now = performance.now()
    slowestMs = Math.max(slowestMs, now - before)
    before = now
  }
  const seconds = (performance.now() - began) / 1000
  return { count, seed, accepted, refused, seconds, slowestMs, deviations }
}

/** `accepted`, `refused`, or the promise that was broken. */
function tryMessage(codec: Codec, bytes: Buffer, random: SeededRandom): string {
  try {
    if (random.integer(describeEvery) === 0) {
      codec.describe(bytes)
      codec.unpackPartly(bytes)
      refusalOf(() => codec.macInput(bytes))
    }
    let packed: Buffer
    try {
      const message = codec.unpack(bytes)
      // Composites are read when somebody asks for them; both ways must pack the same.
      if (random.integer(2) === 0) for (const field of message.fields()) message.get(field)
      packed = codec.pack(message)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      const { offset } = error.details
      // Faults of packing carry no offset: the codec accepted what it cannot write.
      if (offset === undefined) return `accepted, but not packed: ${error.message}`
      return wrongWithFault(error, bytes.length) ?? 'refused'
    }
    return packed.equals(bytes) ? 'accepted' : `packs to ${packed.toString('hex').toUpperCase()}`
  } catch (error) {
    return `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  }
}

function refusalOf(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof Fault)) throw error
  }
}

function wrongWithFault({ code, path, details }: Fault, size: number): string | undefined {
  const { offset, expected, actual } = details
  const complete = path !== undefined && typeof expected === 'string' && typeof actual === 'string'
  if (!complete) return `the fault ${code} does not say where and why`
  const inside = typeof offset === 'number' && Number.isInteger(offset) && offset >= 0 && offset <= size
  return inside ? undefined : `the fault ${code} points outside of the message`
}

interface Sample {
  readonly hex: string
  readonly framing: string
}

function corpus(random: SeededRandom): Specimen[] {
  const shipped: readonly Dialect[] = Object.values(dialects)
  const codecs = shipped.map((dialect) => compileDialect(dialect))
  const bare = shipped
    .filter((dialect) => dialect.envelope !== undefined)
    .map((dialect) => compileDialect({ ...dialect, name: `${dialect.name}-bare`, envelope: [] }))
  const generated = codecs.flatMap((codec) =>
    Array.from({ length: generatedPerDialect }, () =>
      specimenOf(codec, codec.pack(generateMessage(codec.dialect, random))),
    ),
  )
  const sampled = readSamples().flatMap(({ hex, framing }) => {
    const bytes = Buffer.from(hex, 'hex').subarray(framing.startsWith('2-byte') ? 2 : 0)
    const readers = [...codecs, ...bare].filter((codec) => codec.unpackPartly(bytes).fault === undefined)
    if (readers.length === 0) throw new Error('a public sample is read by no dialect')
    return readers.map((codec) => specimenOf(codec, bytes))
  })
  return [...generated, ...sampled]
}

function readSamples(): readonly Sample[] {
  const file = new URL('../packages/iso8583/testdata/iso8583-samples.json', import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as readonly Sample[]
}

function specimenOf(codec: Codec, bytes: Buffer): Specimen {
  const { fields, fault } = codec.describe(bytes)
  if (fault !== undefined) throw new Error(`${codec.dialect.name} does not read its own message: ${fault.message}`)
  const bitmap = fields.find(({ path }) => path === 'bitmap')!
  const starts = (list: readonly DescribedField[]): number[] =>
    list.flatMap(({ start, children = [] }) => [start, ...starts(children)])
  return { codec, bytes, bitmap, starts: starts(fields) }
}

type Damage = (bytes: Buffer, specimen: Specimen, random: SeededRandom) => Buffer

const someBytes = [0x00, 0x01, 0x09, 0x0a, 0x0f, 0x10, 0x20, 0x30, 0x39, 0x7f, 0x80, 0x81, 0x82, 0x84, 0x99, 0xf0, 0xff]

const damages: readonly Damage[] = [
  function truncate(bytes, _specimen, random) {
    return bytes.subarray(0, random.integer(bytes.length + 1))
  },
  function extend(bytes, _specimen, random) {
    return Buffer.concat([bytes, random.bytes(1 + random.integer(8))])
  },
  function flipBits(bytes, _specimen, random) {
    for (let left = 1 + random.integer(4); left > 0; left--) flipOne(bytes, 0, { end: bytes.length, random })
    return bytes
  },
  function overwrite(bytes, _specimen, random) {
    if (bytes.length > 0) bytes[random.integer(bytes.length)] = random.pick(someBytes)
    return bytes
  },
  function tamperWithLength(bytes, { starts }, random) {
    const at = random.pick(starts) + random.integer(3)
    if (at < bytes.length)
      bytes[at] = random.integer(2) === 0 ? random.pick(someBytes) : (bytes[at]! + 255 + 2 * random.integer(2)) & 255
    return bytes
  },
  function flipBitmap(bytes, { bitmap }, random) {
    for (let left = 1 + random.integer(2); left > 0; left--) flipOne(bytes, bitmap.start, { end: bitmap.end, random })
    return bytes
  },
  function cutOut(bytes, _specimen, random) {
    const from = random.integer(bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + random.integer(8))])
  },
  function repeat(bytes, { starts }, random) {
    const from = random.pick(starts)
    const to = Math.min(bytes.length, from + 1 + random.integer(16))
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)])
  },
]

function flipOne(bytes: Buffer, start: number, { end, random }: { end: number; random: SeededRandom }): void {
  const to = Math.min(end, bytes.length)
  if (to > start) bytes[start + random.integer(to - start)]! ^= 1 << random.integer(8)
}

/** One to three kinds of damage; sometimes the rest of another message instead, sometimes a message as it was. */
function damage(specimen: Specimen, specimens: readonly Specimen[], random: SeededRandom): Buffer {
  const kind = random.integer(20)
  if (kind === 0) return Buffer.from(specimen.bytes)
  if (kind <= 2) {
    const other = random.pick(specimens)
    const head = specimen.bytes.subarray(0, random.pick(specimen.starts))
    return Buffer.concat([head, other.bytes.subarray(random.pick(other.starts))])
  }
  let bytes: Buffer = Buffer.from(specimen.bytes)
  for (let left = 1 + (random.integer(4) === 0 ? 2 : 0); left > 0; left--) {
    bytes = random.pick(damages)(bytes, specimen, random)
  }
  return bytes
}

export function reportFuzz({ count, seed, accepted, refused, seconds, slowestMs, deviations }: FuzzResult): string {
  return [
    `seed ${seed}: ${count} messages, ${accepted} accepted, ${refused} refused, ${deviations.length} deviations, ` +
      `${seconds.toFixed(1)} s, slowest ${slowestMs.toFixed(1)} ms`,
    ...deviations.map(({ dialect, round, hex, what }) => `  ${dialect}, round ${round}: ${what}\n    ${hex}`),
  ].join('\n')
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { count: { type: 'string' }, seed: { type: 'string' } } })
  const result = fuzzCodec({ count: Number(values.count ?? 1_000_000), seed: Number(values.seed ?? 1) })
  console.log(reportFuzz(result))
  process.exitCode = result.deviations.length === 0 ? 0 : 1
}
