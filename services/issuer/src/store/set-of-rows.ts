// Rows as parameters: each column becomes one array parameter and `unnest` makes a table of them again, so that one statement
// text serves batches of any size and can be prepared once.

/** Column name, SQL type, and how a row gives its value. */
export type SetColumns<Row> = readonly (readonly [name: string, type: string, value: (row: Row) => unknown])[]

/** `unnest($3::smallint[], …) as name(shard, …)` with parameters from `$first` on. */
export function setSource<Row>(name: string, columns: SetColumns<Row>, first: number): string {
  const arrays = columns.map(([, type], index) => `$${first + index}::${type}[]`)
  return `unnest(${arrays.join(', ')}) as ${name}(${columnNames(columns)})`
}

export function columnNames<Row>(columns: SetColumns<Row>): string {
  return columns.map(([name]) => name).join(', ')
}

export function setParameters<Row>(columns: SetColumns<Row>, rows: readonly Row[]): unknown[][] {
  return columns.map(([, , value]) => rows.map((row) => value(row)))
}
