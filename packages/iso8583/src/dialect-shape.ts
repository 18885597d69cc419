// The shape of a dialect, checked before anything is compiled, because a dialect may come from a file somebody wrote.
// Whether its parts go together is checked by compile-dialect.ts and compile-field.ts.

import type { Dialect } from './dialect.ts'
import { isoFault } from './iso-fault.ts'

type Check = (value: unknown, path: string) => void

function shapeFault(path: string, expected: string): Error {
  return isoFault('ISO_DIALECT_SHAPE', { path, expected, actual: 'something else' })
}

const text: Check = (value, path) => {
  if (typeof value !== 'string' || value === '') throw shapeFault(path, 'a string')
}

const flag: Check = (value, path) => {
  if (typeof value !== 'boolean') throw shapeFault(path, 'true or false')
}

function matching(pattern: RegExp, expected: string): Check {
  return (value, path) => {
    if (typeof value !== 'string' || !pattern.test(value)) throw shapeFault(path, expected)
  }
}

function integer(min: number, max: number): Check {
  return (value, path) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
      throw shapeFault(path, `a whole number from ${min} to ${max}`)
    }
  }
}

function oneOf(...options: readonly (string | number)[]): Check {
  return (value, path) => {
    if (!options.includes(value as string)) throw shapeFault(path, `one of ${options.join(', ')}`)
  }
}

function list(check: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) throw shapeFault(path, 'a list')
    for (let i = 0; i < value.length; i++) check(value[i], `${path}.${i}`)
  }
}

function record(key: RegExp, check: Check): Check {
  return (value, path) => {
    for (const [name, entry] of entriesOf(value, path)) {
      if (!key.test(name)) throw shapeFault(`${path}.${name}`, `a key like ${key.source}`)
      check(entry, `${path}.${name}`)
    }
  }
}

function object(required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>>): Check {
  return (value, path) => {
    const found = new Map(entriesOf(value, path))
    for (const [name, entry] of found) {
      const check = Object.hasOwn(required, name) ? required[name] : Object.hasOwn(optional, name) && optional[name]
      if (!check) throw shapeFault(`${path}.${name}`, `no such property; known are ${knownNames(required, optional)}`)
      if (entry !== undefined || Object.hasOwn(required, name)) check(entry, `${path}.${name}`)
    }
    for (const name of Object.keys(required)) {
      if (!found.has(name)) throw shapeFault(`${path}.${name}`, 'a value')
    }
  }
}

function entriesOf(value: unknown, path: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw shapeFault(path, 'an object')
  return Object.entries(value)
}

function knownNames(required: object, optional: object): string {
  return [...Object.keys(required), ...Object.keys(optional)].join(', ')
}

const title = object({ en: text }, { zh: text })
const bytesEncodings = ['binary', 'hex', 'hexLower', 'hexEbcdic'] as const
const encoding = oneOf('ascii', 'ebcdic037', 'ebcdic1047', 'bcd', 'gbk', ...bytesEncodings)
const textContents = ['digits', 'signedAmount', 'track', 'hexDigits', 'alphabetic', 'alphanumeric', 'printable']
const mask = oneOf('none', 'pan', 'track', 'secret', 'long', 'auto')
const prefix = object(
  { digits: integer(1, 6), encoding: oneOf('ascii', 'ebcdic', 'bcd', 'binary') },
  { counts: oneOf('digits', 'bytes') },
)
const pad = object({ side: oneOf('left', 'right'), character: matching(/^[ -~]$/, 'one character') }, { trim: flag })

const valueRequired = {
  title,
  content: oneOf('amount', 'text', 'bytes', ...textContents),
  encoding,
  length: integer(1, 999_999),
}
const valueOptional = {
  lengthMin: integer(0, 999_999),
  align: oneOf('left', 'right'),
  filler: matching(/^[0-9A-F]$/, 'a hex digit'),
  fillerRead: oneOf('exact', 'any'),
  mask,
  composite: (value: unknown, path: string) => composite(value, path),
}
const value = object(valueRequired, valueOptional)
const field = object(valueRequired, { ...valueOptional, prefix, pad })
const namedField = object({ ...valueRequired, id: text }, { ...valueOptional, prefix, pad })

const tag = object({ length: integer(1, 8), encoding: oneOf('ascii', 'ebcdic', 'bcd', 'binary') }, {})
const position = object(
  { id: matching(/^[0-9A-Za-z]+$/, 'letters and digits'), title, length: integer(1, 999_999) },
  { content: oneOf('amount', ...textContents), mask },
)
const composites: Readonly<Record<string, Check>> = {
  positional: object({ kind: text, subfields: list(position) }, {}),
  sequence: object({ kind: text, subfields: list(namedField) }, {}),
  tagged: object(
    { kind: text, tag, prefix, subfields: record(/^[0-9A-Za-z]+$/, value) },
    { unknown: oneOf('keep', 'refuse') },
  ),
  bitmap: object(
    {
      kind: text,
      bitmap: object({ encoding: oneOf(...bytesEncodings), bytes: integer(1, 24) }, {}),
      subfields: record(/^[1-9][0-9]{0,2}$/, field),
    },
    {},
  ),
  berTlv: object({ kind: text }, { subfields: record(/^[0-9A-F]{2,8}$/, object({}, { title, mask })) }),
}

const composite: Check = (candidate, path) => {
  const kind = new Map(entriesOf(candidate, path)).get('kind')
  oneOf(...Object.keys(composites))(kind, `${path}.kind`)
  composites[kind as string]!(candidate, path)
}

const dialect = object(
  {
    name: matching(/^[0-9A-Za-z][0-9A-Za-z._-]*$/, 'a name of letters, digits, dots and dashes'),
    title,
    mti: object(
      { encoding: oneOf('ascii', 'ebcdic', 'bcd') },
      { versions: matching(/^[0-9]+$/, 'digits'), titles: record(/^[0-9]{4}$/, title) },
    ),
    bitmap: object(
      { encoding: oneOf(...bytesEncodings), size: oneOf('extensible', 8, 16) },
      { fieldsMax: oneOf(64, 128, 192), firstBit: oneOf('set', 'clear') },
    ),
    fields: record(/^[1-9][0-9]{0,2}$/, field),
  },
  {
    envelope: list(
      object(
        { id: matching(/^[a-z][0-9A-Za-z]*$/, 'a name'), title, bytes: integer(1, 64) },
        { default: matching(/^(?:[0-9A-F]{2})+$/, 'hex digits in upper case') },
      ),
    ),
    mac: object({ field: integer(2, 192) }, {}),
  },
)

/** Throws ISO_DIALECT_SHAPE with the path of the first property that is wrong. */
export function checkDialectShape(candidate: unknown): asserts candidate is Dialect {
  dialect(candidate, 'dialect')
}
