// CMAC (NIST SP 800-38B, ISO/IEC 9797-1 algorithm 5) over any block cipher. Key blocks B and D, AES check values and
// DUKPT request MACs use it. The subkeys are computed once per key.

import type { BlockCipher } from '../cipher/block-cipher.ts'
import { cbcMac } from './iso9797.ts'

export class Cmac {
  readonly #cipher: BlockCipher
  #subkeys: readonly [whole: Buffer, partial: Buffer] | undefined

  constructor(cipher: BlockCipher) {
    this.#cipher = cipher
  }

  /** The full-length MAC: one block of the cipher. */
  compute(data: Uint8Array): Buffer {
    const { blockBytes } = this.#cipher
    const [wholeKey, partialKey] = (this.#subkeys ??= subkeys(this.#cipher))
    const whole = data.length > 0 && data.length % blockBytes === 0
    const padded = Buffer.alloc(whole ? data.length : (Math.floor(data.length / blockBytes) + 1) * blockBytes)
    padded.set(data)
    if (!whole) padded[data.length] = 0x80
    const lastBlock = padded.length - blockBytes
    const subkey = whole ? wholeKey : partialKey
    for (let i = 0; i < blockBytes; i++) padded[lastBlock + i]! ^= subkey[i]!
    return cbcMac(this.#cipher, padded)
  }
}

function subkeys(cipher: BlockCipher): readonly [Buffer, Buffer] {
  const whole = double(cipher.encrypt(Buffer.alloc(cipher.blockBytes)))
  return [whole, double(whole)]
}

/** Multiplication by x in the field of the block size. */
function double(block: Buffer): Buffer {
  const result = Buffer.alloc(block.length)
  for (let i = 0; i < block.length; i++) result[i] = (block[i]! << 1) | ((block[i + 1] ?? 0) >> 7)
  if (block[0]! & 0x80) result[block.length - 1]! ^= block.length === 8 ? 0x1b : 0x87
  return result
}
