// Rows as parameters: each column becomes one array parameter and `unnest` makes a table of them again, so that one statement
// text serves batches of any size and can be prepared once.

import { batchRows } from '@shua/postgres'

/** Column name, SQL type, and how a row gives its value. */
export type SetColumns<Row> = readonly (readonly [name: string, type: string, value: (row: Row) => unknown])[]

/** `unnest($3::smallint[], …) as name(shard, …)` with parameters from `$first` on. */
export function setSource<Row>(name: string, columns: SetColumns<Row>, first: number): string {
  return `unnest(${arraysOf(columns, first).join(', ')}) as ${name}(${columnNames(columns)})`
}

/** The same for rows that are joined to a table. */
export function joinedSource<Row>(name: string, columns: SetColumns<Row>, first: number): string {
  return `${batchRows(arraysOf(columns, first))} as ${name}(${columnNames(columns)})`
}

function arraysOf<Row>(columns: SetColumns<Row>, first: number): string[] {
  return columns.map(([, type], index) => `$${first + index}::${type}[]`)
}

export function columnNames<Row>(columns: SetColumns<Row>): string {
  return columns.map(([name]) => name).join(', ')
}

export function setParameters<Row>(columns: SetColumns<Row>, rows: readonly Row[]): unknown[][] {
  return columns.map(([, , value]) => rows.map((row) => value(row)))
}
