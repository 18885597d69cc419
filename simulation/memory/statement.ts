// What stands behind the name of a statement in memory: which locks it takes, and what it reads, writes and answers.

import { assert, Fault } from '@shua/assert'
import { RowArray } from '@shua/postgres'
import type { RowTypes, TableName, TableView } from './tables.ts'

export interface StatementContext {
  readonly view: TableView
  /** Whether nobody else holds the lock: for `skip locked`. */
  readonly isFree: (lock: string) => boolean
  readonly holds: (lock: string) => boolean
}

export interface Statement {
  /** Asked again after every wait, because what was waited for may have changed the answer. */
  readonly locks?: (context: StatementContext, values: readonly unknown[]) => readonly string[]
  readonly run: (context: StatementContext, values: readonly unknown[]) => object[]
}

export type Statements = Readonly<Record<string, Statement>>

export function rowLock(table: TableName, key: string): string {
  return `${table}:${key}`
}

export function violated(sqlState: '23505' | '23514' | '23503', constraint: string): Fault {
  const condition = { '23505': 'unique_violation', '23514': 'check_violation', '23503': 'foreign_key_violation' }[
    sqlState
  ]
  return new Fault('DATABASE_STATEMENT', `a statement failed: ${sqlState} ${condition} of ${constraint}`, {
    details: { sqlState, condition, constraint },
  })
}

export function check(holds: boolean, constraint: string): void {
  if (!holds) throw violated('23514', constraint)
}

/** A set of rows that came as one array for each column. */
export function rowsOf<Row>(columns: readonly string[], arrays: readonly unknown[]): Row[] {
  const count = (arrays[0] as readonly unknown[]).length
  const rows: Record<string, unknown>[] = []
  for (let index = 0; index < count; index++) {
    const row: Record<string, unknown> = {}
    for (let place = 0; place < columns.length; place++) {
      row[columns[place]!] = (arrays[place] as readonly unknown[])[index] ?? null
    }
    rows.push(row)
  }
  return rows as Row[]
}

/** A set of rows that came as one parameter. */
export function rowsIn<Row>(columns: readonly string[], parameter: unknown): Row[] {
  assert(parameter instanceof RowArray, 'the parameter is an array of rows')
  return parameter.rows.map((values) => {
    const row: Record<string, unknown> = {}
    for (let place = 0; place < columns.length; place++) row[columns[place]!] = values[place]
    return row as Row
  })
}

/** What a statement reads from its parameters, read once for its locks and its run. */
export function readOnce<Read>(read: (values: readonly unknown[]) => Read): (values: readonly unknown[]) => Read {
  const known = new WeakMap<readonly unknown[], { readonly read: Read }>()
  return (values) => {
    const found = known.get(values) ?? { read: read(values) }
    known.set(values, found)
    return found.read
  }
}

export function insertNew<Name extends TableName>(
  view: TableView,
  table: Name,
  row: RowTypes[Name],
  o: { readonly key: string; readonly constraint: string },
): void {
  if (view.get(table, o.key) !== undefined) throw violated('23505', o.constraint)
  view.put(table, row)
}
