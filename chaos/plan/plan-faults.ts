// The faults of a run as a pure function of its seed: what happens when, to whom, and how hard. When exactly the processes are hit
// in their work is up to the machine; the plan is not. Each kind has its own stream of randomness, so leaving one kind out
// changes nothing about the others.

import { createHash } from 'node:crypto'
import { seededRandom, type SeededRandom } from '../../packages/testkit/src/seeded-random.ts'
import type { FaultKind } from './fault-kind.ts'

export interface PlannedFault {
  readonly kind: FaultKind
  /** Milliseconds after the storm began. */
  readonly atMs: number
  /** Which server or agent, counted from 0. A link fault meets the next frame on any link. */
  readonly target: number
  /** What of it: a process of the database, a direction of the link. */
  readonly part: 'whole' | 'postmaster' | 'backend' | 'toServer' | 'toClient'
  /** How long a process is frozen, a disk is full, a frame is held back. */
  readonly durationMs: number
  /** Where the clock stands from now on, against the true time. */
  readonly offsetMs: number
  /** A number from 0 to 1 for what is only known when it happens: which backend, how many bytes. */
  readonly draw: number
}

export interface PlanOptions {
  readonly seed: number
  readonly minutes: number
  readonly kinds: readonly FaultKind[]
  readonly servers: number
  readonly agents: number
  /** How long terminals wait for an answer; some freezes and delays are longer. */
  readonly answerTimeoutMs: number
}

/** 205 in half an hour: a few may find nobody to hit. */
const meanIntervalMs = 8_780
const secondMs = 1_000
const minuteMs = 60_000
const hourMs = 3_600_000
/** Thirteen hours either way, so that a step across midnight is possible at any time of the day. */
const clockOffsetsMs = [
  0,
  2 * secondMs,
  -2 * secondMs,
  45 * secondMs,
  -45 * secondMs,
  10 * minuteMs,
  -10 * minuteMs,
  hourMs,
  -hourMs,
  13 * hourMs,
  -13 * hourMs,
]

export function planFaults(options: PlanOptions): PlannedFault[] {
  const lengthMs = options.minutes * minuteMs
  return options.kinds
    .flatMap((kind) => planKind(kind, lengthMs, options))
    .toSorted((a, b) => a.atMs - b.atMs || a.kind.localeCompare(b.kind))
}

/** A seed of its own for each part of a run. */
export function derivedSeed(seed: number, name: string): number {
  return createHash('sha256').update(`${seed}/${name}`).digest().readUIntBE(0, 6)
}

function planKind(kind: FaultKind, lengthMs: number, options: PlanOptions): PlannedFault[] {
  const random = seededRandom(derivedSeed(options.seed, kind))
  const count = Math.max(1, Math.floor(lengthMs / meanIntervalMs))
  const slotMs = lengthMs / count
  // One in each slot, somewhere in it: no long quiet, and two of a kind seldom at once.
  return Array.from({ length: count }, (_, index) =>
    planOne(kind, Math.floor((index + random.next() * 0.85) * slotMs), { index, random, options }),
  )
}

function planOne(
  kind: FaultKind,
  atMs: number,
  context: { index: number; random: SeededRandom; options: PlanOptions },
): PlannedFault {
  const { index, random, options } = context
  const fault = { kind, atMs, target: 0, part: 'whole', durationMs: 0, offsetMs: 0, draw: random.next() } as const
  const long = options.answerTimeoutMs + 500 + random.integer(3_000)
  const short = 150 + random.integer(1_350)
  switch (kind) {
    case 'kill-server':
      return { ...fault, target: index % options.servers }
    case 'kill-database':
      return { ...fault, part: random.next() < 0.75 ? 'postmaster' : 'backend' }
    case 'kill-agent':
      return { ...fault, target: index % options.agents }
    case 'freeze-server':
      return { ...fault, target: random.integer(options.servers), durationMs: random.next() < 0.4 ? long : short }
    case 'freeze-database':
      return {
        ...fault,
        part: random.pick(['whole', 'postmaster', 'backend', 'backend']),
        durationMs: random.next() < 0.25 ? long : short,
      }
    case 'freeze-agent':
      return { ...fault, target: random.integer(options.agents), durationMs: random.next() < 0.4 ? long : short }
    case 'link-delay':
      return { ...fault, part: anyDirection(random), durationMs: random.next() < 0.4 ? long : short }
    case 'link-reorder':
      // Held until the terminal has given up and its reversal has overtaken the request.
      return { ...fault, part: 'toServer', durationMs: long }
    case 'link-cut':
    case 'link-duplicate':
    case 'link-truncate':
      return { ...fault, part: anyDirection(random) }
    case 'disk-full':
      return { ...fault, durationMs: 300 + random.integer(2_200) }
    case 'clock-server':
      return { ...fault, target: random.integer(options.servers), offsetMs: random.pick(clockOffsetsMs) }
    case 'clock-agent':
      return { ...fault, target: random.integer(options.agents), offsetMs: random.pick(clockOffsetsMs) }
    default:
      return kind satisfies never
  }
}

function anyDirection(random: SeededRandom): 'toServer' | 'toClient' {
  return random.pick(['toServer', 'toClient'])
}
