// Reads a double-length key that an older host security module stored under a variant of its LMK pair ("key scheme U"),
// so that keys can be moved over. Writing this form is not offered: it binds neither usage nor integrity.

import { Sensitive } from '@shua/card-data'
import { BlockCipher } from '../cipher/block-cipher.ts'
import { securityFault } from '../security-fault.ts'
import { requireKeyLength } from './key-requirements.ts'

/** What LMK variant 1 to 9 adds to the first byte of the LMK pair. */
const lmkVariants = [0x00, 0xa6, 0x5a, 0x6a, 0xde, 0x2b, 0x50, 0x74, 0x9c, 0xfa] as const
/** What the scheme adds to the first byte of the pair's second half, for the first and the second half of the key. */
const schemeVariants = [0xa6, 0x5a] as const

export function recoverSchemeUKey(options: {
  readonly lmk: Sensitive<Buffer>
  readonly variant: number
  readonly cryptogram: Uint8Array
}): Sensitive<Buffer> {
  const lmk = options.lmk.reveal()
  requireKeyLength('tdes2', lmk.length)
  requireKeyLength('tdes2', options.cryptogram.length)
  const variant = lmkVariants[options.variant]
  if (variant === undefined) throw securityFault('SECURITY_KEY_ALGORITHM', 'an LMK variant is 0 to 9')
  const halves = schemeVariants.map((schemeVariant, index) => {
    const key = Buffer.from(lmk)
    key[0]! ^= variant
    key[8]! ^= schemeVariant
    return new BlockCipher('tdes2', key).decrypt(options.cryptogram.subarray(index * 8, index * 8 + 8))
  })
  return new Sensitive(Buffer.concat(halves))
}
