// ISO 8583:1993 with everything in ASCII characters: digits and lengths as characters, bitmap and bytes as hex.

import type { Dialect } from '../dialect.ts'
import { elements1993 } from './elements-1993.ts'
import { encodeElements } from './encode-elements.ts'

const fields = encodeElements(elements1993, { digits: 'ascii', text: 'ascii', bytes: 'hex', prefix: 'ascii' })

export const iso93Ascii: Dialect = {
  name: 'iso93Ascii',
  title: { en: 'ISO 8583:1993, ASCII', zh: 'ISO 8583:1993，ASCII' },
  mti: { encoding: 'ascii', versions: '1' },
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
