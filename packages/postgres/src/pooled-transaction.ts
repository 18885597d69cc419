// A database transaction on one connection. Statements of one transaction run one after the other even when the
// caller starts several at once, and a rollback waits for those under way.

import { assert } from '@shua/assert'
import type { Transaction } from './queryable.ts'
import type { Session } from './session.ts'

export class PooledTransaction implements Transaction {
  readonly kind = 'transaction'
  readonly #session: Session
  readonly #guardMs: number
  #queue: Promise<unknown> = Promise.resolve()
  #ended = false
  #firstFailure: unknown

  constructor(session: Session, guardMs: number) {
    this.#session = session
    this.#guardMs = guardMs
  }

  /** The error that made the server abort the transaction, even when the work swallowed it. */
  get firstFailure(): unknown {
    return this.#firstFailure
  }

  async query<Row extends object>(text: string, values?: readonly unknown[], name?: string): Promise<Row[]> {
    assert(!this.#ended, 'a transaction is used after its end')
    const result = this.#queue.then(async () => await this.#session.run({ text, values, name }, this.#guardMs))
    this.#queue = result.catch((error: unknown) => {
      this.#firstFailure ??= error
    })
    return (await result).rows as Row[]
  }

  /** Refuses further statements and waits for those that were started. */
  async end(): Promise<void> {
    this.#ended = true
    await this.#queue
  }
}
