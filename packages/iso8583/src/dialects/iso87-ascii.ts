// ISO 8583:1987 with everything in ASCII characters: digits and lengths as characters, bitmap and bytes as hex.

import type { Dialect } from '../dialect.ts'
import { elements1987 } from './elements-1987.ts'
import { encodeElements } from './encode-elements.ts'

const fields = encodeElements(elements1987, { digits: 'ascii', text: 'ascii', bytes: 'hex', prefix: 'ascii' })

export const iso87Ascii: Dialect = {
  name: 'iso87Ascii',
  title: { en: 'ISO 8583:1987, ASCII', zh: 'ISO 8583:1987，ASCII' },
  mti: { encoding: 'ascii', versions: '0' },
  bitmap: { encoding: 'hex', size: 'extensible', fieldsMax: 128 },
  fields: {
    ...fields,
    // The length counts the hex characters, as it does wherever chip data travels as text.
    55: {
      ...fields['55']!,
      length: 499,
      prefix: { digits: 3, encoding: 'ascii', counts: 'digits' },
      composite: { kind: 'berTlv' },
    },
  },
}
