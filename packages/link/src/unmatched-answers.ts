// Answers that fit no waiting request are kept for people to see: the last ones, with time and reason. An answer thrown
// away silently is how a payment becomes a mystery.

import { Sensitive } from '@shua/card-data'
import type { Unmatched } from './link-event.ts'

export class UnmatchedAnswers {
  readonly #kept: Unmatched[] = []
  readonly #keptMax: number
  readonly #now: () => number
  #count = 0

  constructor(options: { keptMax: number; now: () => number }) {
    this.#keptMax = options.keptMax
    this.#now = options.now
  }

  /** All that ever came, also those no longer kept. */
  get count(): number {
    return this.#count
  }

  add(reason: Unmatched['reason'], key: string | undefined, payload: Buffer): Unmatched {
    const sensitive = new Sensitive(payload, `[${payload.length} bytes]`)
    const unmatched: Unmatched = { atMs: this.#now(), reason, key, payload: sensitive }
    this.#count += 1
    this.#kept.push(unmatched)
    if (this.#kept.length > this.#keptMax) this.#kept.shift()
    return unmatched
  }

  /** The kept ones, oldest first. */
  list(): Unmatched[] {
    return [...this.#kept]
  }
}
