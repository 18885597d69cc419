// Time that stands still until a test moves it, for code that takes its clock and timers as arguments. Timers fire in
// order of their time, each seeing the clock at its own moment, and what they start gets to run before time goes on.

import { assert } from '@shua/assert'

interface Timer {
  readonly atMs: number
  readonly fire: () => void
}

export class VirtualClock {
  #nowMs: number
  #timers: Timer[] = []

  /** Begins at an instant in milliseconds since 1970; the default is 2026-01-01T00:00:00Z. */
  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs
  }

  /** Milliseconds since 1970. Bound, so that it can be handed over as a function. */
  readonly nowMs = (): number => this.#nowMs

  readonly now = (): Date => new Date(this.#nowMs)

  /** A running count, as process.hrtime.bigint() gives. */
  readonly nanoseconds = (): bigint => BigInt(this.#nowMs) * 1_000_000n

  /** Calls back when time has come; the answer cancels it. */
  readonly after = (delayMs: number, callback: () => void): (() => void) => {
    const timer = { atMs: this.#nowMs + Math.max(0, delayMs), fire: callback }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  readonly sleep = async (delayMs: number): Promise<void> => {
    await new Promise<void>((resolve) => {
      this.after(delayMs, resolve)
    })
  }

  /** How many timers wait; a test that ends with some left has found a leak. */
  get pendingCount(): number {
    return this.#timers.length
  }

  /** Moves time on, firing what falls due on the way, also what that sets in turn. */
  async advance(durationMs: number): Promise<void> {
    assert(durationMs >= 0, 'time does not go back')
    const endMs = this.#nowMs + durationMs
    await settle()
    for (let next = this.#earliest(endMs); next !== undefined; next = this.#earliest(endMs)) {
      const due = next
      this.#timers = this.#timers.filter((timer) => timer !== due)
      this.#nowMs = due.atMs
      due.fire()
      await settle()
    }
    this.#nowMs = endMs
  }

  /** Timers of the same moment fire in the order they were set. */
  #earliest(endMs: number): Timer | undefined {
    let earliest: Timer | undefined
    for (const timer of this.#timers) {
      if (timer.atMs <= endMs && (earliest === undefined || timer.atMs < earliest.atMs)) earliest = timer
    }
    return earliest
  }
}

/** Lets everything that waits only for promises run: an immediate comes after all of them. */
async function settle(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve)
  })
}
