// How PostgreSQL values become JavaScript values, for our connections only: pg's own table is global and left alone.
// Money is int8, which a number cannot hold exactly beyond 2^53, so it is a bigint. A date has no time zone, so it
// stays the text 'YYYY-MM-DD'; pg would make it midnight in whatever zone the process runs in.

import { type CustomTypesConfig, types } from 'pg'

type Parser = (text: string) => unknown

const textArrayOid: number = 1009
const parseTextArray = types.getTypeParser(textArrayOid) as (text: string) => unknown

function mapArray(value: unknown, parse: Parser): unknown {
  if (Array.isArray(value)) return value.map((item) => mapArray(item, parse))
  return typeof value === 'string' ? parse(value) : value
}

const arrayOf =
  (parse: Parser): Parser =>
  (text) =>
    mapArray(parseTextArray(text), parse)
const keepText: Parser = (text) => text

const parsers: ReadonlyMap<number, Parser> = new Map<number, Parser>([
  [20, BigInt], // int8
  [1016, arrayOf(BigInt)], // int8[]
  [1082, keepText], // date
  [1182, arrayOf(keepText)], // date[]
  [1114, keepText], // timestamp without time zone
  [1115, arrayOf(keepText)], // timestamp[]
  [1186, keepText], // interval
  [1187, arrayOf(keepText)], // interval[]
  [1231, arrayOf(keepText)], // numeric[], which pg would turn into floats
])

export const typeParsers: CustomTypesConfig = {
  getTypeParser: (id, format) =>
    (format === 'binary' ? undefined : parsers.get(id)) ?? (types.getTypeParser(id, format) as Parser),
}
