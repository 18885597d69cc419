// Rows as one parameter: an array of a composite type. PostgreSQL makes a table of its own of every array of an `unnest`, which costs it
// more than writing a row does, so what every payment writes travels as one array and not as one for each column.

import { assert } from '@shua/assert'

/** Values are strings, numbers, bigints, booleans, Dates, bytes or null, in the order of the composite type's columns. */
export class RowArray {
  readonly rows: readonly (readonly unknown[])[]

  constructor(rows: readonly (readonly unknown[])[]) {
    this.rows = rows
  }
}

/** `{"(1,abc,,\"a b\")",…}`: a composite value inside an array is escaped twice (PostgreSQL, "Composite Value Input and Output"). */
export function rowArrayLiteral({ rows }: RowArray): string {
  let text = '{'
  for (let index = 0; index < rows.length; index++) {
    text += index === 0 ? '"(' : ',"('
    const row = rows[index]!
    for (let place = 0; place < row.length; place++) {
      if (place > 0) text += ','
      text += fieldText(row[place])
    }
    text += ')"'
  }
  return `${text}}`
}

function fieldText(value: unknown): string {
  if (typeof value === 'string') return stringText(value)
  if (typeof value === 'number' || typeof value === 'bigint') return value.toString()
  if (value === null) return ''
  if (typeof value === 'boolean') return value ? 't' : 'f'
  if (Buffer.isBuffer(value)) return `\\\\\\\\x${value.toString('hex')}`
  assert(value instanceof Date, 'a row holds text, numbers, booleans, moments, bytes and nulls')
  return value.toISOString()
}

const plain = /^[^\s"\\(),]+$/

function stringText(text: string): string {
  if (plain.test(text)) return text
  return `\\"${text.replace(/["\\]/g, String.raw`\\\$&`)}\\"`
}
