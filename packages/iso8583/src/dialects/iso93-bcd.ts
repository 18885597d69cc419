// ISO 8583:1993 with packed digits: BCD right-aligned behind a zero, lengths in BCD, bitmap and bytes as they are.

import type { Dialect } from '../dialect.ts'
import { elements1993 } from './elements-1993.ts'
import { encodeElements } from './encode-elements.ts'

const fields = encodeElements(elements1993, { digits: 'bcd', text: 'ascii', bytes: 'binary', prefix: 'bcd' })

export const iso93Bcd: Dialect = {
  name: 'iso93Bcd',
  title: { en: 'ISO 8583:1993, packed digits', zh: 'ISO 8583:1993，BCD' },
  mti: { encoding: 'bcd', versions: '1' },
  bitmap: { encoding: 'binary', size: 'extensible', fieldsMax: 128 },
  fields: { ...fields, 55: { ...fields['55']!, composite: { kind: 'berTlv' } } },
}
