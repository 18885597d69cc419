// A database transaction on one connection. The caller may start several statements at once: they leave together and the server
// runs them one after the other. A rollback waits for those under way.

import { assert } from '@shua/assert'
import type { Transaction } from './queryable.ts'
import type { Session } from './session.ts'

export class PooledTransaction implements Transaction {
  readonly kind = 'transaction'
  readonly #session: Session
  readonly #guardMs: number
  readonly #underWay = new Set<Promise<unknown>>()
  #left: (() => Promise<unknown>)[] = []
  /** Those that were sent: resolved when it is known how they ended. */
  readonly #leftEnds: Promise<void>[] = []
  #begun: Promise<unknown> | undefined
  #answered = false
  #ended = false
  #firstFailure: unknown
  #leftFailure: unknown

  /** `begun` is the `begin` on its way; statements that start before anything was answered leave together with it. */
  constructor(session: Session, options: { guardMs: number; begun: Promise<unknown> }) {
    this.#session = session
    this.#guardMs = options.guardMs
    this.#begun = this.#watched(options.begun)
    options.begun.then(
      () => (this.#begun = undefined),
      () => undefined,
    )
  }

  /** The error that made the server abort the transaction, even when the work swallowed it. */
  get firstFailure(): unknown {
    return this.#firstFailure
  }

  /** The first error of the statements that were left. */
  get leftFailure(): unknown {
    return this.#leftFailure
  }

  leave(send: () => Promise<unknown>): void {
    this.#left.push(send)
  }

  /** Sends what was left, and what `start` sends behind it. */
  behindLeft<T>(start: () => T): T {
    if (this.#left.length === 0) return start()
    const left = this.#left
    this.#left = []
    return this.#session.together(() => {
      for (const send of left) {
        const before = this.#underWay.size
        this.#leftEnds.push(this.#endOfLeft(send()))
        assert(this.#underWay.size > before, 'a statement that is left starts at once')
      }
      return start()
    })
  }

  async query<Row extends object>(text: string, values?: readonly unknown[], name?: string): Promise<Row[]> {
    assert(!this.#ended, 'a transaction is used after its end')
    if (this.#answered && this.#begun !== undefined) {
      // Whoever acts on an answer must not do so outside of a transaction.
      await this.#begun
    }
    const result = await this.behindLeft(() => this.#watched(this.#session.run({ text, values, name }, this.#guardMs)))
    return result.rows as Row[]
  }

  /** Refuses further statements and waits for those that were started. */
  async end(): Promise<void> {
    this.#ended = true
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay)
    await Promise.all(this.#leftEnds)
  }

  async #endOfLeft(left: Promise<unknown>): Promise<void> {
    try {
      await left
    } catch (error) {
      this.#leftFailure ??= error
    }
  }

  #watched<Result>(statement: Promise<Result>): Promise<Result> {
    this.#underWay.add(statement)
    statement.then(
      () => this.#settled(statement),
      (error: unknown) => {
        this.#firstFailure ??= error
        this.#settled(statement)
      },
    )
    return statement
  }

  #settled(statement: Promise<unknown>): void {
    this.#underWay.delete(statement)
    this.#answered = true
  }
}
