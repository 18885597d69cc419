// Which of our readings fits the bytes: a framing, an envelope and a dialect. One fits when it accounts for every byte and
// packs back to the same ones; among those that fit, the terminals' dialect comes first. When none fits, the reading that
// got farthest is the best explanation there is.

import { Fault } from '@shua/assert'
import { type Codec, compileDialect, type Dialect, dialects, type Message } from '@shua/iso8583'

export type Framing = 'binary2' | 'bcd2' | 'ascii4' | 'none'

export interface Reading {
  readonly framing: Framing
  readonly codec: Codec
  readonly enveloped: boolean
  /** Where the frame begins in the input. */
  readonly start: number
  /** What the length in front counts: envelope and message. */
  readonly payload: Buffer
  /** What the length in front says; undefined without one. */
  readonly announced: number | undefined
  /** `fits`, `changes` (reads, but packs to other bytes), or how far it came and why not farther. */
  readonly verdict: 'fits' | 'changes' | { readonly offset: number; readonly fault: Fault }
}

interface Frame {
  readonly start: number
  readonly payload: Buffer
  readonly announced: number | undefined
}

const envelopeParts = dialects.unionpayPos.envelope!

interface Candidate {
  readonly codec: Codec
  readonly enveloped: boolean
}

/** In the order of preference; terminals' dialects usually come with their envelope, the others usually without. */
const candidates: readonly Candidate[] = Object.values(dialects as Readonly<Record<string, Dialect>>).flatMap(
  (dialect) => {
    const enveloped = { codec: compileDialect({ ...dialect, envelope: envelopeParts }), enveloped: true }
    const bare = { codec: compileDialect({ ...dialect, envelope: [] }), enveloped: false }
    return dialect.envelope === undefined ? [bare, enveloped] : [enveloped, bare]
  },
)

export const headSizes: Readonly<Record<Framing, number>> = { binary2: 2, bcd2: 2, ascii4: 4, none: 0 }
const prefixed: readonly Framing[] = ['binary2', 'bcd2', 'ascii4']

/** Every message of the input, in order. The last one may be a reading that does not fit. */
export function recognise(bytes: Buffer): Reading[] {
  const attempts = prefixed.map((framing) => readFrames(bytes, framing))
  const whole = fittingReading('none', { start: 0, payload: bytes, announced: undefined })
  const complete = attempts.find(({ rest }) => rest === bytes.length)
  if (complete !== undefined) return complete.readings
  if (whole !== undefined) return [whole]
  const longest = attempts.reduce((best, attempt) => (attempt.rest > best.rest ? attempt : best))
  const tail = farthestReading(bytes, longest.rest)
  return tail === undefined ? longest.readings : [...longest.readings, tail]
}

export const allFit = (readings: readonly Reading[]): boolean =>
  readings.length > 0 && readings.every(({ verdict }) => verdict === 'fits')

/** Frames of one framing behind each other, as long as each of them fits. */
function readFrames(bytes: Buffer, framing: Framing): { readings: Reading[]; rest: number } {
  const readings: Reading[] = []
  let rest = 0
  while (rest < bytes.length) {
    const announced = lengthAt(bytes, rest, framing)
    const from = rest + headSizes[framing]
    if (announced === undefined || announced === 0 || from + announced > bytes.length) break
    const reading = fittingReading(framing, { start: rest, payload: bytes.subarray(from, from + announced), announced })
    if (reading === undefined) break
    readings.push(reading)
    rest = from + announced
  }
  return { readings, rest }
}

function lengthAt(bytes: Buffer, at: number, framing: Framing): number | undefined {
  const head = bytes.subarray(at, at + headSizes[framing])
  if (head.length < headSizes[framing]) return undefined
  switch (framing) {
    case 'binary2':
      return head.readUInt16BE(0)
    case 'bcd2': {
      const digits = head.toString('hex')
      return /^[0-9]{4}$/.test(digits) ? Number(digits) : undefined
    }
    case 'ascii4': {
      const digits = head.toString('latin1')
      return /^[0-9]{4}$/.test(digits) ? Number(digits) : undefined
    }
    case 'none':
      return undefined
  }
}

function fittingReading(framing: Framing, frame: Frame): Reading | undefined {
  let changing: Reading | undefined
  for (const candidate of candidates) {
    const reading = tryReading(framing, frame, candidate)
    if (reading.verdict === 'fits') return reading
    if (reading.verdict === 'changes') changing ??= reading
  }
  return changing
}

function tryReading(framing: Framing, frame: Frame, candidate: Candidate): Reading {
  const { codec } = candidate
  const base = { framing, ...frame, ...candidate }
  const { message, fault } = codec.unpackPartly(frame.payload)
  if (fault !== undefined) return { ...base, verdict: { offset: progress(fault, message), fault } }
  return { ...base, verdict: packsBack(codec, message, frame.payload) ? 'fits' : 'changes' }
}

function packsBack(codec: Codec, message: Message, payload: Buffer): boolean {
  try {
    return codec.pack(message).equals(payload)
  } catch (error) {
    if (error instanceof Fault) return false
    throw error
  }
}

function progress({ details }: Fault, message: Message): number {
  const offset = details['offset']
  // Before the first field nothing has proved itself.
  return typeof offset === 'number' && message.fields().length > 0 ? offset : 0
}

/** The reading that understood most of what begins at `start`; undefined when nothing is left. */
function farthestReading(bytes: Buffer, start: number): Reading | undefined {
  if (start >= bytes.length) return undefined
  let best: { reading: Reading; reached: number } | undefined
  for (const framing of [...prefixed, 'none'] as const) {
    const announced = lengthAt(bytes, start, framing)
    if (framing !== 'none' && announced === undefined) continue
    const payload = bytes.subarray(start + headSizes[framing])
    for (const frame of frameGuesses(payload, announced)) {
      for (const candidate of candidates) {
        const reading = tryReading(framing, { start, payload: frame, announced }, candidate)
        const reached = reachedBy(reading)
        if (best === undefined || reached > best.reached) best = { reading, reached }
      }
    }
  }
  return best?.reading
}

/** The length in front may be right and the message wrong, or the other way round. */
function frameGuesses(payload: Buffer, announced: number | undefined): readonly Buffer[] {
  const believed = announced !== undefined && announced > 0 && announced < payload.length
  return believed ? [payload.subarray(0, announced), payload] : [payload]
}

/** Bytes understood; a length in front that tells the truth counts for a little more than one that does not. */
function reachedBy({ verdict, payload, announced }: Reading): number {
  const understood = typeof verdict === 'string' ? payload.length : verdict.offset
  return understood + (announced === payload.length ? 0.5 : 0)
}
