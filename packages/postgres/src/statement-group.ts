// Statements that leave in one write and end with one Sync, so that the server answers all of them in one piece: pg on its own sends
// a Sync behind each, and each makes the server write and this process wake up. When one fails the server skips those behind it.
// PostgreSQL manual, "Frontend/Backend Protocol", Extended Query and Pipelining.

import { assert } from '@shua/assert'
import { type Connection, DatabaseError, type FieldDef, Query } from 'pg'
import { typeParsers } from './type-parsers.ts'

export interface StatementToSend {
  readonly text: string
  /** A named statement is prepared once per connection. */
  readonly name: string | undefined
  readonly parameters: readonly (string | Buffer | null)[]
  readonly resolve: (result: StatementResult) => void
  readonly reject: (error: unknown) => void
}

export interface StatementResult {
  readonly rows: readonly object[]
  /** The first word of what the server says it did: `INSERT`, `COMMIT`, … */
  readonly command: string | undefined
}

interface Column {
  readonly name: string
  readonly parse: (text: string) => unknown
}

/** What pg remembers of a connection and its types leave out. */
type KnownStatements = Record<string, string | undefined>
interface PreparedConnection extends Connection {
  readonly parsedStatements: KnownStatements
  readonly submittedNamedStatements: KnownStatements
}

/** The columns of prepared statements by name. They cannot change: the server refuses a plan whose columns did. */
const columnsKnown = new WeakMap<Connection, Map<string, readonly Column[]>>()

/** pg hands each message of the server to the query whose turn it is; this one is several, one after the other. */
export class StatementGroup extends Query {
  /** Of the statement whose turn it is: pg notes under it what the server has prepared. */
  declare name: string | undefined
  declare text: string
  readonly #statements: readonly StatementToSend[]
  readonly #results: StatementResult[] = []
  readonly #described = new Set<number>()
  #connection: PreparedConnection | undefined
  #columns: readonly Column[] = []
  #rows: object[] = []
  #unreadable: unknown

  constructor(statements: readonly StatementToSend[]) {
    super('')
    assert(statements.length > 0, 'a group has a statement')
    this.#statements = statements
    this.#turnTo(0)
  }

  /** Answers an error instead of throwing it, as pg asks for. */
  override readonly submit = (connection: Connection): Error | null => {
    const prepared = connection as PreparedConnection
    const other = this.#nameOfAnotherText(prepared)
    if (other !== undefined) return new Error(`the statement name ${other} belongs to another text`)
    this.#connection = prepared
    connection.stream.cork()
    try {
      for (const [index, statement] of this.#statements.entries()) this.#send(prepared, statement, index)
      connection.sync()
    } finally {
      connection.stream.uncork()
    }
    this.#turnTo(0)
    return null
  }

  #nameOfAnotherText(connection: PreparedConnection): string | undefined {
    const texts = new Map<string, string>()
    for (const { name, text } of this.#statements) {
      if (name === undefined) continue
      if ((preparedText(connection, name) ?? texts.get(name) ?? text) !== text) return name
      texts.set(name, text)
    }
    return undefined
  }

  #send(connection: PreparedConnection, { text, name, parameters }: StatementToSend, index: number): void {
    if (name === undefined || preparedText(connection, name) === undefined) {
      connection.parse({ text, name: name ?? '', types: [] }, true)
      if (name !== undefined) connection.submittedNamedStatements[name] = text
    }
    connection.bind({ statement: name ?? '', values: [...parameters] }, true)
    if (name === undefined || columnsKnown.get(connection)?.has(name) !== true) {
      this.#described.add(index)
      connection.describe({ type: 'P' }, true)
    }
    connection.execute({}, true)
  }

  handleRowDescription({ fields }: { readonly fields: readonly FieldDef[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({
      name,
      parse: typeParsers.getTypeParser(dataTypeID, 'text'),
    }))
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const row: Record<string, unknown> = {}
    try {
      for (const [index, { name, parse }] of this.#columns.entries()) {
        const text = fields[index]
        row[name] = text === null || text === undefined ? null : parse(text)
      }
    } catch (error) {
      this.#unreadable ??= error
    }
    this.#rows.push(row)
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#complete(/^\w+/.exec(text)?.[0])
  }

  handleEmptyQuery(): void {
    this.#complete(undefined)
  }

  /** The server has answered all of them. */
  handleReadyForQuery(): void {
    assert(this.#results.length === this.#statements.length, 'the server answers every statement of a group')
    this.#resolve()
  }

  /** The statement whose turn it is failed, or the connection with all that had no answer yet. */
  handleError(error: Error): void {
    this.#resolve()
    const [failed, ...behind] = this.#statements.slice(this.#results.length)
    failed?.reject(error)
    for (const { name, reject } of behind) {
      if (name !== undefined && this.#connection) delete this.#connection.submittedNamedStatements[name]
      reject(error instanceof DatabaseError ? skipped() : error)
    }
  }

  #complete(command: string | undefined): void {
    const index = this.#results.length
    const { name } = this
    if (name !== undefined && this.#connection && this.#described.has(index)) {
      const known = columnsKnown.get(this.#connection) ?? new Map<string, readonly Column[]>()
      columnsKnown.set(this.#connection, known.set(name, this.#columns))
    }
    this.#results.push({ rows: this.#rows, command })
    this.#turnTo(index + 1)
  }

  #turnTo(index: number): void {
    const statement = this.#statements[index]
    if (statement === undefined) return
    this.name = statement.name
    this.text = statement.text
    this.#rows = []
    const known = this.#connection === undefined ? undefined : columnsKnown.get(this.#connection)
    this.#columns = (statement.name === undefined ? undefined : known?.get(statement.name)) ?? []
  }

  #resolve(): void {
    for (const [index, result] of this.#results.entries()) {
      if (this.#unreadable === undefined) this.#statements[index]!.resolve(result)
      else this.#statements[index]!.reject(this.#unreadable)
    }
  }
}

function preparedText(
  { parsedStatements, submittedNamedStatements }: PreparedConnection,
  name: string,
): string | undefined {
  return parsedStatements[name] ?? submittedNamedStatements[name]
}

/** What the server says of a statement behind one that failed, when it is asked. */
function skipped(): DatabaseError {
  const error = new DatabaseError('current transaction is aborted', 0, 'error')
  error.severity = 'ERROR'
  error.code = '25P02'
  return error
}
