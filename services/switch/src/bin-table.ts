// Who answers for a card: the route with the longest prefix of its number. One digit more in a table splits a range of cards
// from the rest without touching the other rows.

import { Fault } from '@shua/assert'
import type { Sensitive } from '@shua/card-data'

export class BinTable<Route extends { readonly bins: readonly string[] }> {
  readonly #routes = new Map<string, Route>()
  /** Longest first. */
  readonly #lengths: readonly number[]

  /** Faults: SWITCH_BIN for a prefix that is not 1 to 12 digits, SWITCH_BIN_TWICE. */
  constructor(routes: readonly Route[]) {
    for (const [bin, route] of routes.flatMap((each) => each.bins.map((bin) => [bin, each] as const))) {
      if (!/^\d{1,12}$/.test(bin)) throw new Fault('SWITCH_BIN', 'a BIN has 1 to 12 digits', { details: { bin } })
      if (this.#routes.has(bin))
        throw new Fault('SWITCH_BIN_TWICE', 'two routes have the same BIN', { details: { bin } })
      this.#routes.set(bin, route)
    }
    this.#lengths = [...new Set([...this.#routes.keys()].map((bin) => bin.length))].toSorted((a, b) => b - a)
  }

  find(pan: Sensitive<string>): Route | undefined {
    const digits = pan.reveal()
    for (const length of this.#lengths) {
      const route = this.#routes.get(digits.slice(0, length))
      if (route) return route
    }
    return undefined
  }
}
