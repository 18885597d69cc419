// Rows as a parameter: one array of a composite type (services/issuer/migrations), of which `unnest` makes a table again, so that one
// statement text serves batches of any size and can be prepared once.

import { batchRows, RowArray } from '@shua/postgres'

/** Column name and how a row gives its value, in the order of the composite type. */
export type SetColumns<Row> = readonly (readonly [name: string, value: (row: Row) => unknown])[]

/** `unnest($3::issuer.card_to_insert[])`: the rows of parameter `$place`. */
export function setSource(type: string, place: number): string {
  return `unnest($${place}::${type}[])`
}

/** The same for rows that are joined to a table. */
export function joinedSource(type: string, place: number): string {
  return batchRows([`$${place}::${type}[]`])
}

export function columnNames<Row>(columns: SetColumns<Row>): string {
  return columns.map(([name]) => name).join(', ')
}

export function setParameter<Row>(columns: SetColumns<Row>, rows: readonly Row[]): RowArray {
  return new RowArray(rows.map((row) => columns.map(([, value]) => value(row))))
}
