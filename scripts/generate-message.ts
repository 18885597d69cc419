// Valid messages of any dialect, made from nothing but its data: the fuzzer's second corpus besides the public samples.
// A value that the codec then refuses to pack is a bug of one of the two, so nothing is caught here.

import type { CompositeSpec, Composite, Content, Dialect, FieldSpec, FieldValue, ValueSpec } from '@shua/iso8583'
import { Message } from '@shua/iso8583'
import type { SeededRandom } from '@shua/testkit'

const digits = '0123456789'
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** What every text encoding, EBCDIC page 037 and GBK included, can carry. */
const alphabets: Readonly<Record<Exclude<Content, 'amount' | 'bytes'>, string>> = {
  digits,
  track: digits,
  hexDigits: `${digits}ABCDEF`,
  signedAmount: digits,
  alphabetic: letters,
  alphanumeric: digits + letters,
  printable: `${digits}${letters} .,-/:+*`,
  text: `${digits}${letters} .,-/:`,
}

/** Long values prove nothing that shorter ones do not, and a message must stay small for a million rounds. */
const unitsMax = 60
const messageTypes = ['00', '10', '20', '30']

export function generateMessage(dialect: Dialect, random: SeededRandom): Message {
  const version = (dialect.mti.versions ?? '0').charAt(0)
  const message = new Message(`${version}${1 + random.integer(8)}${random.pick(messageTypes)}`)
  for (const part of dialect.envelope ?? []) {
    message.envelope[part.id] = random.bytes(part.bytes).toString('hex').toUpperCase()
  }
  const density = 1 + random.integer(4)
  for (const [number, spec] of Object.entries(dialect.fields)) {
    if (random.integer(5) < density) message.set(Number(number), generateField(spec, random))
  }
  return message
}

function generateField(spec: FieldSpec, random: SeededRandom): FieldValue {
  if (spec.prefix === undefined) return generateValue(spec, spec.length, random)
  const min = spec.lengthMin ?? 0
  const max = Math.min(spec.length, unitsMax)
  const units = min + random.integer(Math.max(max - min, 0) + 1)
  // A prefix that counts digits, and bytes that travel as hex characters, leave room for half as many bytes.
  const halved = spec.content === 'bytes' && spec.prefix.counts === 'digits' ? units >> 1 : units
  return generateValue(spec, halved, random)
}

function generateValue(spec: ValueSpec, units: number, random: SeededRandom): FieldValue {
  const { composite, content } = spec
  if (composite !== undefined) return generateComposite(composite, units, random)
  return generatePlain(content, units, random)
}

function generatePlain(content: Content, units: number, random: SeededRandom): FieldValue {
  if (content === 'bytes') return random.bytes(units)
  if (content === 'amount') return BigInt(`0${generateText('digits', Math.min(units, 12), random)}`)
  return generateText(content, units, random)
}

function generateText(content: keyof typeof alphabets, units: number, random: SeededRandom): string {
  const alphabet = alphabets[content]
  if (content === 'signedAmount' && units > 0) {
    return random.pick(['C', 'D']) + generateText('digits', units - 1, random)
  }
  return Array.from({ length: units }, () => alphabet[random.integer(alphabet.length)]!).join('')
}

function generateComposite(spec: CompositeSpec, room: number, random: SeededRandom): Composite {
  switch (spec.kind) {
    case 'positional': {
      const parts: { id: string; value: FieldValue }[] = []
      let left = room
      for (const { id, length, content } of spec.subfields) {
        if (length > left) break
        parts.push({ id, value: generatePlain(content ?? 'digits', length, random) })
        left -= length
      }
      return parts
    }
    case 'sequence':
      return spec.subfields
        .slice(0, room < 8 ? 0 : random.integer(spec.subfields.length + 1))
        .map((part) => ({ id: part.id, value: generateField({ ...part, length: Math.min(part.length, 4) }, random) }))
    case 'tagged':
      return generateTagged(spec, room, random)
    case 'bitmap':
      return Object.entries(spec.subfields)
        .filter(() => random.integer(2) === 0)
        .map(([id, part]) => ({ id, value: generateField(part, random) }))
    case 'berTlv':
      return generateTlv(room, random)
  }
}

function generateTagged(
  spec: Extract<CompositeSpec, { kind: 'tagged' }>,
  room: number,
  random: SeededRandom,
): Composite {
  const parts: { id: string; value: FieldValue }[] = []
  const head = spec.tag.length + spec.prefix.digits
  let left = room
  for (const [id, part] of Object.entries(spec.subfields)) {
    const units = Math.min(part.length, left - head)
    if (units < 1 || random.integer(2) === 0) continue
    parts.push({ id, value: generateValue(part, 1 + random.integer(units), random) })
    left -= head + units
  }
  return parts
}

const tags = [
  '9F26',
  '9F27',
  '9F10',
  '9F37',
  '9F36',
  '95',
  '9A',
  '9C',
  '9F02',
  '5F2A',
  '82',
  '84',
  '50',
  'DF31',
  'FF00',
]

function generateTlv(room: number, random: SeededRandom): Composite {
  const parts: { id: string; value: Uint8Array }[] = []
  let left = room
  while (left > 3 && random.integer(6) > 0) {
    const size = random.integer(Math.min(left - 3, 32) + 1)
    // A template must hold data objects, and an empty one holds none.
    const id = random.pick(tags)
    parts.push({ id, value: id === 'FF00' ? random.bytes(0) : random.bytes(size) })
    left -= size + 3
  }
  return parts
}
