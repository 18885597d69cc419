// One timer watches all connections of a link for peers that are too slow. A timer per frame would cost more than the
// frame itself, so a limit is noticed up to one tick late.

import type { Connection } from './connection.ts'

const tickMsMin = 5
const tickMsMax = 100

export class ConnectionWatch {
  readonly #connections = new Set<Connection>()
  readonly #tickMs: number
  #timer: NodeJS.Timeout | undefined

  /** `limitMs` is the shortest limit to watch; it is looked at about eight times while it runs. */
  constructor(limitMs: number) {
    this.#tickMs = Math.min(tickMsMax, Math.max(tickMsMin, Math.floor(limitMs / 8)))
  }

  add(connection: Connection): void {
    this.#connections.add(connection)
    this.#timer ??= setInterval(() => this.#check(), this.#tickMs)
  }

  remove(connection: Connection): void {
    this.#connections.delete(connection)
    if (this.#connections.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #check(): void {
    const nowMs = performance.now()
    for (const connection of this.#connections) connection.check(nowMs)
  }
}
