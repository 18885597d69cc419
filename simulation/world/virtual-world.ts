// Time and chance of one seed. Nothing here waits for a real clock: events lie in a queue by virtual time, and between two events
// everything that only waits for promises runs to its end. Two streams of chance, so that what the network's keys need does not
// shift what the seed decides.

import { seededRandom, type SeededRandom } from '../../packages/testkit/src/seeded-random.ts'
import { EventQueue } from './event-queue.ts'

export interface Violation {
  readonly rule: string
  readonly what: string
}

/** More than any seed needs; a seed that goes on for ever is a finding of its own. */
const eventsMax = 60_000

const startMs = Date.UTC(2026, 7, 1, 2)

export class VirtualWorld {
  readonly seed: number
  readonly random: SeededRandom
  readonly keyRandom: { readonly bytes: (size: number) => Buffer }
  readonly story: string[] = []
  readonly faults = new Map<string, number>()
  readonly violations: Violation[] = []
  readonly #queue = new EventQueue()
  #nowMs = startMs
  #events = 0
  /** Whether the answer to a doubled request may come back before the answer to the first copy. */
  answersDoubles = false
  /** While false nothing goes wrong any more. */
  #stormy = true
  /** Resolves then. */
  readonly stormOver: Promise<void>
  #calm: () => void = () => undefined

  constructor(seed: number) {
    this.seed = seed
    this.random = seededRandom(seed)
    this.keyRandom = quickBytes(seededRandom(seed + 2 ** 40))
    this.stormOver = new Promise((resolve) => (this.#calm = resolve))
  }

  get stormy(): boolean {
    return this.#stormy
  }

  endStorm(): void {
    this.#stormy = false
    this.note('the storm is over')
    this.#calm()
  }

  get steps(): number {
    return this.#events
  }

  readonly now = (): Date => new Date(this.#nowMs)
  readonly nowMs = (): number => this.#nowMs
  readonly nanoseconds = (): bigint => BigInt(this.#nowMs) * 1_000_000n

  after(delayMs: number, fire: () => void): void {
    this.#queue.push(this.#nowMs + Math.max(0, Math.ceil(delayMs)), fire)
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve))
  }

  /** Whether a fault of this kind strikes now; it is counted and told. */
  strikes(kind: string, probability: number, about = ''): boolean {
    if (!this.#stormy || this.random.next() >= probability) return false
    this.struck(kind, about)
    return true
  }

  struck(kind: string, about = ''): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1)
    this.note(`fault ${kind} ${about}`)
  }

  note(line: string): void {
    this.story.push(`${this.#nowMs - startMs} ${line}`)
  }

  violated(rule: string, what: string): void {
    if (this.violations.some((known) => known.rule === rule && known.what === what)) return
    this.violations.push({ rule, what })
    this.note(`VIOLATION of rule ${rule}: ${what}`)
  }

  /** Runs until nothing waits any more, or a rule is broken. */
  async run(afterStep: () => void): Promise<void> {
    await settle()
    while (this.violations.length === 0) {
      const next = this.#queue.pop()
      if (next === undefined) return
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      this.#events += 1
      next.fire()
      await settle()
      afterStep()
      if (this.#events > eventsMax) this.violated('4', `nothing comes to an end within ${eventsMax} events`)
    }
  }
}

/** Four bytes a draw: keys, numbers and paddings need thousands of them. */
function quickBytes(random: SeededRandom): { bytes: (size: number) => Buffer } {
  return {
    bytes(size) {
      const words = Buffer.allocUnsafeSlow(Math.ceil(size / 4) * 4)
      for (let place = 0; place < size; place += 4) words.writeUInt32LE(random.integer(2 ** 32), place)
      return words.subarray(0, size)
    },
  }
}

/** An immediate comes after everything that waits only for promises. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
