// The MACs of DE 64 (terminal-protocol §3.7), computed from the MTI up to the field before 64. Which one an acquirer
// uses is a setting of the terminal's profile.

import type { BlockCipher } from '../cipher/block-cipher.ts'
import type { KeyAlgorithm } from '../cipher/key-algorithm.ts'
import { securityFault } from '../security-fault.ts'
import { cbcMac, retailMac } from './iso9797.ts'
import { pad } from './padding.ts'

export type MacVariant = 'unionpayEcb' | 'x99' | 'x919' | 'unionpayEcb3des' | 'sm4Ecb'

/**
 * The key each variant takes. It is exact: an 8-byte MAC of a double-length key under the single-DES variant would be
 * verified by nobody, and a silent fall-back to half a key would weaken it unseen.
 */
const keyAlgorithmOf: Record<MacVariant, readonly KeyAlgorithm[]> = {
  unionpayEcb: ['des'],
  unionpayEcb3des: ['tdes2', 'tdes3'],
  x99: ['des'],
  x919: ['tdes2'],
  sm4Ecb: ['sm4'],
}

/** The 8 bytes of DE 64: ASCII hex digits for the ECB and SM4 forms, binary for X9.9 and X9.19. */
export function terminalMac(cipher: BlockCipher, variant: MacVariant, data: Uint8Array): Buffer {
  if (!keyAlgorithmOf[variant].includes(cipher.algorithm)) {
    throw securityFault('SECURITY_KEY_ALGORITHM', `a ${variant} MAC is not computed with a ${cipher.algorithm} key`, {
      details: { variant, expected: keyAlgorithmOf[variant], actual: cipher.algorithm },
    })
  }
  switch (variant) {
    case 'unionpayEcb':
    case 'unionpayEcb3des':
    case 'sm4Ecb':
      return foldedMac(cipher, data)
    case 'x99':
      return cbcMac(cipher, pad(data, 8, 1))
    case 'x919':
      return retailMac(cipher.part(0), cipher.part(1), pad(data, 8, 1))
  }
}

/**
 * 银联 ECB: fold, write as hex digits, encipher the first half of them, add the second half, encipher; the first eight hex
 * digits of that. The two encipherments with the addition between them are a CBC-MAC of the digits.
 */
function foldedMac(cipher: BlockCipher, data: Uint8Array): Buffer {
  return hexDigits(cbcMac(cipher, hexDigits(foldBlocks(data, cipher.blockBytes))).subarray(0, 4))
}

/** Exclusive-or of all blocks, the last one filled with zeros. */
export function foldBlocks(data: Uint8Array, blockBytes: 8 | 16): Buffer {
  const folded = Buffer.alloc(blockBytes)
  const mask = blockBytes - 1
  for (let i = 0; i < data.length; i++) folded[i & mask]! ^= data[i]!
  return folded
}

const hexDigit = Buffer.from('0123456789ABCDEF', 'latin1')

/** Upper-case hex as ASCII bytes. */
function hexDigits(bytes: Uint8Array): Buffer {
  const digits = Buffer.allocUnsafe(bytes.length * 2)
  for (let i = 0; i < bytes.length; i++) {
    digits[2 * i] = hexDigit[bytes[i]! >> 4]!
    digits[2 * i + 1] = hexDigit[bytes[i]! & 15]!
  }
  return digits
}
