// ISO/IEC 9797-1 algorithms 1 and 3 over padded data: ANSI X9.9 is algorithm 1 with DES, ANSI X9.19 and the "retail
// MAC" are algorithm 3.

import type { BlockCipher } from '../cipher/block-cipher.ts'

/** Algorithm 1: the last block of CBC encipherment from a zero start. */
export function cbcMac(cipher: BlockCipher, padded: Uint8Array): Buffer {
  return cipher.lastCbcBlock(padded)
}

/** Algorithm 3: algorithm 1 under `first`, then deciphered by `second` and enciphered by `first` again. */
export function retailMac(first: BlockCipher, second: BlockCipher, padded: Uint8Array): Buffer {
  return first.encrypt(second.decrypt(cbcMac(first, padded)))
}
