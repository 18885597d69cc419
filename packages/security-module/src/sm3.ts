// SM3 (GB/T 32905-2016), the hash beside SM4; 32 bytes.

import { createHash } from 'node:crypto'

export function sm3(data: Uint8Array): Buffer {
  return createHash('sm3').update(data).digest()
}
