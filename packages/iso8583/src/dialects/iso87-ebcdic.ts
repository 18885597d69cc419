// ISO 8583:1987 as mainframes send it: characters and lengths in EBCDIC (code page 037), bitmap and bytes as they are.

import type { Dialect } from '../dialect.ts'
import { elements1987 } from './elements-1987.ts'
import { encodeElements } from './encode-elements.ts'

const fields = encodeElements(elements1987, {
  digits: 'ebcdic037',
  text: 'ebcdic037',
  bytes: 'binary',
  prefix: 'ebcdic',
})

export const iso87Ebcdic: Dialect = {
  name: 'iso87Ebcdic',
  title: { en: 'ISO 8583:1987, EBCDIC', zh: 'ISO 8583:1987，EBCDIC' },
  mti: { encoding: 'ebcdic', versions: '0' },
  bitmap: { encoding: 'binary', size: 'extensible', fieldsMax: 128 },
  fields: { ...fields, 55: { ...fields['55']!, composite: { kind: 'berTlv' } } },
}
