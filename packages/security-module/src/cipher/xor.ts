// Exclusive-or of two byte strings of one length: the glue of every block cipher construction in this package.

import { assert } from '@shua/assert'

export function xor(a: Uint8Array, b: Uint8Array): Buffer {
  assert(a.length === b.length, 'byte strings of one length are combined')
  const result = Buffer.allocUnsafe(a.length)
  for (let i = 0; i < a.length; i++) result[i] = a[i]! ^ b[i]!
  return result
}
