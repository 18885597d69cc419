// ISO 8583:1987 with packed digits: BCD right-aligned behind a zero, lengths in BCD, bitmap and bytes as they are.

import type { Dialect } from '../dialect.ts'
import { elements1987 } from './elements-1987.ts'
import { encodeElements } from './encode-elements.ts'

const fields = encodeElements(elements1987, { digits: 'bcd', text: 'ascii', bytes: 'binary', prefix: 'bcd' })

export const iso87Bcd: Dialect = {
  name: 'iso87Bcd',
  title: { en: 'ISO 8583:1987, packed digits', zh: 'ISO 8583:1987，BCD' },
  mti: { encoding: 'bcd', versions: '0' },
  bitmap: { encoding: 'binary', size: 'extensible', fieldsMax: 128 },
  fields: { ...fields, 55: { ...fields['55']!, composite: { kind: 'berTlv' } } },
}
