// The dialects that come with the package. They are examples as much as tools: copy one, change what your network
// does differently, and compile it.

import type { Dialect } from '../dialect.ts'
import { iso87Ascii } from './iso87-ascii.ts'
import { iso87Bcd } from './iso87-bcd.ts'
import { iso87Ebcdic } from './iso87-ebcdic.ts'
import { iso93Ascii } from './iso93-ascii.ts'
import { iso93Bcd } from './iso93-bcd.ts'
import { unionpayPosAcquirer } from './union-pay-pos-acquirer.ts'
import { unionpayPos } from './union-pay-pos.ts'

export const dialects = {
  unionpayPos,
  unionpayPosAcquirer,
  iso87Ascii,
  iso87Bcd,
  iso93Ascii,
  iso93Bcd,
  iso87Ebcdic,
} as const satisfies Record<string, Dialect>
