// One connection while it is checked out of the pool: runs statements, maps their errors, knows whether the connection
// may be used again. Made by PooledDatabase for a single statement or for a transaction.

import { assert } from '@shua/assert'
import { DatabaseError, type PoolClient, type QueryResult } from 'pg'
import { arrayLiteral } from './array-literal.ts'
import { databaseFault, type FaultContext, guardFault, lostFault } from './database-fault.ts'
import { RowArray, rowArrayLiteral } from './row-array.ts'
import { StatementGroup, type StatementResult, type StatementToSend } from './statement-group.ts'

export interface Statement {
  readonly text: string
  readonly values?: readonly unknown[] | undefined
  readonly name?: string | undefined
}

/** What of a server's notice is of interest here. */
interface NoticeMessage {
  readonly code?: string | undefined
}

export class Session {
  readonly #client: PoolClient
  readonly #context: Omit<FaultContext, 'statement'>
  #usable = true
  /** What is to leave together. */
  #gathered: StatementToSend[] | undefined

  constructor(client: PoolClient, context: Omit<FaultContext, 'statement'>) {
    this.#client = client
    this.#context = context
  }

  /** `guardMs` bounds the wait for an answer, for a server or a network that fell silent; 0 waits for ever. */
  async run(
    statement: Statement,
    guardMs: number,
    phase: FaultContext['phase'] = 'statement',
  ): Promise<StatementResult> {
    const { text, name, values = [] } = statement
    assert(!values.some(isForbidden), `a parameter of ${name ?? 'a statement'} is undefined or still wrapped`)
    const context = { ...this.#context, phase, statement: name }
    const parameters = values.map(parameterOf)
    try {
      const isPlain = name === undefined && parameters.length === 0
      return await this.#guarded(
        isPlain ? this.#runPlain(text) : this.#send({ text, name, parameters }),
        guardMs,
        context,
      )
    } catch (error) {
      if (!leavesConnectionUsable(error)) this.#usable = false
      throw databaseFault(error, context)
    }
  }

  /** What `start` sends leaves in one piece and is answered in one piece; when a statement fails those behind it are not run. */
  together<T>(start: () => T): T {
    if (this.#gathered !== undefined) return start()
    const { stream } = this.#client.connection
    stream.cork()
    this.#gathered = []
    try {
      return start()
    } finally {
      this.#sendGathered()
      this.#gathered = undefined
      stream.uncork()
    }
  }

  /**
   * Ends the transaction. The server waits here until the synchronous standby has it; when somebody cancels that wait it says
   * so in a warning and calls the commit a success, although a failover would lose it. That is no success to build an answer on.
   */
  async commit(guardMs: number): Promise<StatementResult> {
    let warned = false
    const onNotice = ({ code }: NoticeMessage): void => {
      warned ||= code?.startsWith('01') === true
    }
    this.#client.on('notice', onNotice)
    try {
      const result = await this.run({ text: 'commit', name: 'commit' }, guardMs, 'commit')
      if (!warned) return result
      this.#usable = false
      throw lostFault({ ...this.#context, phase: 'commit' }, new Error('the wait for the standby was cancelled'))
    } finally {
      this.#client.off('notice', onNotice)
    }
  }

  /** Gives the connection back; one that broke, or that hangs in a transaction, is closed instead. */
  release(): void {
    this.#client.release(!this.#usable)
  }

  /** Never use this connection again, whatever the last statement said. */
  discard(): void {
    this.#usable = false
  }

  /** Whether the server says that no transaction is open; only meaningful after a statement that succeeded. */
  get outsideTransaction(): boolean {
    return this.#client.getTransactionStatus() === 'I'
  }

  #send(statement: Pick<StatementToSend, 'text' | 'name' | 'parameters'>): Promise<StatementResult> {
    return new Promise((resolve, reject) => {
      const toSend = { ...statement, resolve, reject }
      if (this.#gathered === undefined) this.#client.query(new StatementGroup([toSend]))
      else this.#gathered.push(toSend)
    })
  }

  #sendGathered(): void {
    if (this.#gathered === undefined || this.#gathered.length === 0) return
    this.#client.query(new StatementGroup(this.#gathered))
    this.#gathered = []
  }

  /** A text without parameters may hold several statements. The server reports several results then: the last counts. */
  async #runPlain(text: string): Promise<StatementResult> {
    this.#sendGathered()
    const result = (await this.#client.query(text)) as QueryResult<object> | QueryResult<object>[]
    const last = Array.isArray(result) ? result.at(-1) : result
    assert(last !== undefined, 'a statement has a result')
    return last
  }

  async #guarded<T>(answer: Promise<T>, guardMs: number, context: FaultContext): Promise<T> {
    if (guardMs === 0) return await answer
    let timer: NodeJS.Timeout | undefined
    const guard = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(guardFault(context, guardMs)), guardMs)
    })
    try {
      return await Promise.race([answer, guard])
    } finally {
      clearTimeout(timer)
    }
  }
}

/**
 * After an error that the server reported about a statement the connection is as good as before. The severity comes in
 * the server's language, so the codes with which a server ends connections are checked too.
 */
function leavesConnectionUsable(error: unknown): boolean {
  if (!(error instanceof DatabaseError) || error.severity === 'FATAL' || error.severity === 'PANIC') return false
  // 25006: the server has become a standby, or was told to read only; another one is the database now.
  return !/^(08|57P|25P03|25006)/.test(error.code ?? '08')
}

/** As the server reads it: text, or bytes as they are. */
function parameterOf(value: unknown): string | Buffer | null {
  if (value === null || Buffer.isBuffer(value)) return value
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return arrayLiteral(value)
  if (value instanceof RowArray) return rowArrayLiteral(value)
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value)
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return value.toString()
  return JSON.stringify(value)
}

/** A secret wrapper would be stored as its mask without a word, and `undefined` as null. */
function isForbidden(value: unknown): boolean {
  if (value === undefined) return true
  return typeof value === 'object' && value !== null && 'reveal' in value
}
