// PostgreSQL in memory, as far as payments use it: named statements over maps, transactions that see what was committed and lock
// what they change, a commit that is all or nothing. Each server process of a simulation opens its own session set over the same
// database; when the process dies, what it had not committed is gone. Everything that takes time or fails does so by the
// `DatabaseWeather` of the seed. The conformance test compares it with PostgreSQL; a statement it does not know is a bug.

import { assert, Fault } from '@shua/assert'
import type { Database, Queryable, Subscription, Transaction, TransactionOptions } from '@shua/postgres'
import { acquirerStatements } from './acquirer-statements.ts'
import { issuerStatements } from './issuer-statements.ts'
import { limitStatements } from './limit-statements.ts'
import { LockTable } from './lock-table.ts'
import { settlementStatements } from './settlement-statements.ts'
import type { Statement, StatementContext, Statements } from './statement.ts'
import { emptyTables, TableView, type TableName, type Tables } from './tables.ts'
import { never } from '../world/never.ts'

export interface DatabaseWeather {
  /** Waits as long as a statement or a commit takes; undefined is no time at all. */
  readonly pause: (what: string) => Promise<void> | undefined
  /** What happens to a statement: nothing, or its connection breaks before it, or it loses to another transaction. */
  readonly statement: (name: string) => 'runs' | 'lost' | 'conflict'
  /** What happens to a commit: it takes effect and is told, or its connection breaks before or after that. */
  readonly commit: () => 'told' | 'lostBefore' | 'lostAfter'
}

export const calmWeather: DatabaseWeather = {
  pause: () => undefined,
  statement: () => 'runs',
  commit: () => 'told',
}

const knownStatements: Statements = {
  ...acquirerStatements,
  ...limitStatements,
  ...settlementStatements,
  ...issuerStatements,
}

export interface MemoryDatabaseOptions {
  readonly tables?: Tables
  readonly weather?: DatabaseWeather
  /** Called when a transaction has committed what it wrote to these tables. */
  readonly onCommit?: (changed: Iterable<TableName>) => void
  /** Statements that take the place of the known ones: for builds that are broken on purpose. */
  readonly replaced?: Statements
}

export class MemoryDatabase {
  readonly tables: Tables
  readonly locks = new LockTable<MemoryTransaction>()
  weather: DatabaseWeather
  readonly onCommit: (changed: Iterable<TableName>) => void
  readonly statements: Statements
  rrnBlock = 0n

  constructor(options: MemoryDatabaseOptions = {}) {
    this.tables = options.tables ?? emptyTables()
    this.weather = options.weather ?? calmWeather
    this.onCommit = options.onCommit ?? (() => undefined)
    const leaseRrn: Statement = { run: () => [{ block: ++this.rrnBlock }] }
    this.statements = { ...knownStatements, 'acquirer.leaseRrn': leaseRrn, ...options.replaced }
  }

  /** The sessions of one server process. */
  connect(): MemorySessions {
    return new MemorySessions(this)
  }
}

export class MemorySessions implements Database {
  readonly #database: MemoryDatabase
  readonly #open = new Set<MemoryTransaction>()
  #dead = false

  constructor(database: MemoryDatabase) {
    this.#database = database
  }

  /** The process is killed: nothing it waits for ever comes, and its open transactions are rolled back. */
  crash(): void {
    this.#dead = true
    for (const transaction of this.#open) transaction.rollBack()
    this.#open.clear()
  }

  async query<Row extends object>(text: string, values?: readonly unknown[], name?: string): Promise<Row[]> {
    return this.#run(async (tx) => tx.query<Row>(text, values, name), true)
  }

  async inTransaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#run(work, false)
      } catch (error) {
        const sqlState = error instanceof Fault ? error.details['sqlState'] : undefined
        const again = sqlState === '40P01' || sqlState === '40001'
        if (!again || attempt >= (options.attemptCountMax ?? 1)) throw error
      }
    }
  }

  listen(): Promise<Subscription> {
    throw new Error('nothing on the payment path listens')
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  async #run<T>(work: (tx: MemoryTransaction) => Promise<T>, autocommit: boolean): Promise<T> {
    if (this.#dead) await never()
    const transaction = new MemoryTransaction(this.#database, autocommit)
    this.#open.add(transaction)
    try {
      const value = await this.#alive(work(transaction))
      transaction.sendLeft()
      await this.#alive(transaction.end())
      await this.#alive(transaction.commit())
      return value
    } catch (error) {
      await this.#alive(transaction.end())
      transaction.rollBack()
      throw error
    } finally {
      this.#open.delete(transaction)
    }
  }

  async #alive<T>(promise: Promise<T>): Promise<T> {
    try {
      const value = await promise
      if (this.#dead) await never()
      return value
    } catch (error) {
      if (this.#dead) await never()
      throw error
    }
  }
}

export class MemoryTransaction implements Transaction, Queryable {
  readonly kind = 'transaction'
  readonly #database: MemoryDatabase
  readonly #autocommit: boolean
  readonly #view: TableView
  readonly #context: StatementContext
  #last: Promise<unknown> = Promise.resolve()
  #firstFailure: unknown
  #ended = false
  #rolledBack = false
  #left: (() => Promise<unknown>)[] = []

  constructor(database: MemoryDatabase, autocommit: boolean) {
    this.#database = database
    this.#autocommit = autocommit
    this.#view = new TableView(database.tables)
    this.#context = {
      view: this.#view,
      isFree: (lock) => database.locks.isFreeFor(this, lock),
      holds: (lock) => database.locks.holds(this, lock),
    }
  }

  /** Statements that leave together run one after the other. */
  query<Row extends object>(_text: string, values: readonly unknown[] = [], name?: string): Promise<Row[]> {
    assert(!this.#ended, 'a transaction is used after its end')
    assert(name !== undefined, 'a statement of the payment path has a name')
    const statement = this.#database.statements[name]
    assert(statement !== undefined, `the memory database knows the statement ${name}`)
    assert(!values.includes(undefined), 'a parameter is undefined')
    this.sendLeft()
    const result = this.#last.then(() => this.#run(statement, values, name))
    this.#last = result.catch((error: unknown) => (this.#firstFailure ??= error))
    return result as Promise<Row[]>
  }

  leave(send: () => Promise<unknown>): void {
    this.#left.push(send)
  }

  /** What follows fails with the first failure of all. */
  sendLeft(): void {
    const left = this.#left
    this.#left = []
    for (const send of left) send().catch(() => undefined)
  }

  async end(): Promise<void> {
    this.#ended = true
    await this.#last
  }

  async commit(): Promise<void> {
    if (this.#firstFailure !== undefined) throw this.#firstFailure as Error
    const { weather } = this.#database
    if (!this.#view.isChanged) {
      this.rollBack()
      return
    }
    await weather.pause('commit')
    if (this.#rolledBack) return
    const fate = weather.commit()
    if (fate === 'lostBefore') {
      this.rollBack()
      throw this.#lost('commit')
    }
    this.#view.commit()
    this.#rolledBack = true
    this.#database.locks.releaseAll(this)
    this.#database.onCommit(this.#view.changed)
    await weather.pause('commit')
    if (fate === 'lostAfter') throw this.#lost('commit')
  }

  /** Also after a commit, when there is nothing left to undo. */
  rollBack(): void {
    if (this.#rolledBack) return
    this.#rolledBack = true
    this.#database.locks.releaseAll(this)
  }

  async #run(statement: Statement, values: readonly unknown[], name: string): Promise<object[]> {
    if (this.#rolledBack) await never()
    if (this.#firstFailure !== undefined) {
      // As over the real one: what aborted the transaction is what its work ends with.
      if (this.#firstFailure instanceof Fault) throw this.#firstFailure
      throw new Fault('DATABASE_STATEMENT', 'a statement failed: 25P02 in_failed_sql_transaction', {
        details: { sqlState: '25P02', condition: 'in_failed_sql_transaction' },
      })
    }
    const { weather } = this.#database
    await weather.pause(name)
    if (this.#rolledBack) await never()
    const fate = weather.statement(name)
    if (fate === 'lost') throw this.#lost(name)
    if (fate === 'conflict' && !this.#autocommit) {
      const details = { sqlState: '40P01', condition: 'deadlock_detected' }
      throw new Fault('DATABASE_STATEMENT', 'a statement failed: 40P01 deadlock_detected', { details })
    }
    await this.#lock(statement, values)
    if (this.#rolledBack) await never()
    return statement.run(this.#context, values)
  }

  async #lock(statement: Statement, values: readonly unknown[]): Promise<void> {
    if (statement.locks === undefined) return
    for (;;) {
      const waiting = this.#takeFree(statement.locks(this.#context, values))
      if (waiting === undefined) return
      await waiting
      if (this.#rolledBack) await never()
    }
  }

  /** In their order, up to the first that somebody else holds. */
  #takeFree(locks: readonly string[]): Promise<void> | undefined {
    for (const lock of locks) {
      if (this.#context.holds(lock)) continue
      const waiting = this.#database.locks.acquire(this, lock)
      if (waiting !== undefined) return waiting
    }
    return undefined
  }

  #lost(where: string): Fault {
    if (where === 'commit' && !this.#autocommit) {
      return new Fault('DATABASE_COMMIT_UNKNOWN', 'the connection was lost during commit', {
        details: { outcome: 'unknown' },
      })
    }
    const outcome = this.#autocommit ? 'unknown' : 'notDone'
    return new Fault('DATABASE_UNREACHABLE', 'the connection to the database broke', { details: { outcome } })
  }
}
