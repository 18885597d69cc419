// From data to codec: checks a dialect as a whole and compiles every field once.

import { isoFault } from './iso-fault.ts'
import { Bitmap } from './bitmap.ts'
import { compileField } from './compile-field.ts'
import type { Dialect } from './dialect.ts'
import { checkDialectShape } from './dialect-shape.ts'
import type { FieldCodec } from './field/field-codec.ts'
import { type Codec, DialectCodec } from './codec.ts'

/** Throws Fault ISO_DIALECT_… with the path of what is wrong. */
export function compileDialect(dialect: Dialect): Codec {
  checkDialectShape(dialect)
  const bitmap = new Bitmap(dialect.bitmap)
  checkBitmap(dialect, bitmap)
  checkEnvelope(dialect)
  checkMac(dialect)
  const fields: (FieldCodec | undefined)[] = Array.from({ length: 193 })
  for (const [key, spec] of Object.entries(dialect.fields)) {
    fields[Number(key)] = compileField(spec, { path: key, field: Number(key), depth: 1 })
  }
  return new DialectCodec(dialect, { bitmap, fields })
}

function checkBitmap(dialect: Dialect, bitmap: Bitmap): void {
  const { size, fieldsMax, firstBit } = dialect.bitmap
  const extra = (fieldsMax !== undefined && size !== 'extensible') || (firstBit !== undefined && size !== 16)
  if (extra) throw bitmapFault('bitmap', 'fieldsMax only when extensible, firstBit only for 16 bytes')
  for (const key of Object.keys(dialect.fields)) {
    const field = Number(key)
    if (field > bitmap.fieldsMax) throw bitmapFault(key, `a field up to ${bitmap.fieldsMax}`)
    if (bitmap.announces(field)) throw bitmapFault(key, 'a field whose bit does not announce a bitmap')
  }
}

function bitmapFault(path: string, expected: string): Error {
  return isoFault('ISO_DIALECT_BITMAP', { path, expected, actual: 'something else' })
}

function checkEnvelope(dialect: Dialect): void {
  const seen = new Set<string>()
  for (const { id, bytes, default: digits } of dialect.envelope ?? []) {
    const right = !seen.has(id) && (digits === undefined || digits.length === bytes * 2)
    if (!right) {
      const expected = `parts with different ids and defaults of ${bytes * 2} hex digits`
      throw isoFault('ISO_DIALECT_LENGTH', { path: id, expected, actual: 'something else' })
    }
    seen.add(id)
  }
}

function checkMac(dialect: Dialect): void {
  if (dialect.mac === undefined) return
  const spec = dialect.fields[String(dialect.mac.field)]
  if (spec?.content !== 'bytes' || spec.prefix !== undefined || spec.composite !== undefined) {
    const expected = 'bytes of a fixed length'
    throw isoFault('ISO_DIALECT_MAC', { path: String(dialect.mac.field), expected, actual: 'something else' })
  }
}
