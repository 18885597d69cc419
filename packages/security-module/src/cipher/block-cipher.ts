// One key ready for use with its block cipher: DES, TDES, AES or SM4 from node:crypto. Every operation of the module
// ends here. Creating an OpenSSL cipher costs about three times as much as using one, so the ciphers a payment needs are
// created once and kept: ECB has no state between blocks, as long as only whole blocks are fed, which is asserted.

import { createCipheriv, createDecipheriv, type Cipher, type Decipher } from 'node:crypto'
import { assert } from '@shua/assert'
import { keyAlgorithms, keyFamily, type KeyAlgorithm } from './key-algorithm.ts'

/**
 * Node's default OpenSSL provider has no single DES, and calls two-key TDES by another name; K|K|K and K1|K2|K1 under
 * the three-key cipher are the same functions.
 */
function cipherKey(algorithm: KeyAlgorithm, key: Uint8Array): Buffer {
  if (algorithm === 'des') return Buffer.concat([key, key, key])
  if (algorithm === 'tdes2') return Buffer.concat([key, key.subarray(0, 8)])
  return Buffer.from(key)
}

export class BlockCipher {
  readonly algorithm: KeyAlgorithm
  readonly blockBytes: 8 | 16
  readonly #name: string
  readonly #key: Buffer
  readonly #parts: (BlockCipher | undefined)[] = []
  #encipher: Cipher | undefined
  #decipher: Decipher | undefined
  #chain: { readonly cipher: Cipher; readonly state: Buffer } | undefined

  constructor(algorithm: KeyAlgorithm, key: Uint8Array) {
    const { keyBytes, blockBytes, cipher } = keyAlgorithms[algorithm]
    assert(key.length === keyBytes, 'a key has the length of its algorithm')
    this.algorithm = algorithm
    this.blockBytes = blockBytes
    this.#name = cipher
    this.#key = cipherKey(algorithm, key)
  }

  /** ECB over whole blocks. */
  encrypt(blocks: Uint8Array): Buffer {
    assert(blocks.length % this.blockBytes === 0, 'whole blocks are enciphered')
    this.#encipher ??= createCipheriv(`${this.#name}-ecb`, this.#key, null)
    return this.#encipher.update(blocks)
  }

  /** ECB over whole blocks. */
  decrypt(blocks: Uint8Array): Buffer {
    assert(blocks.length % this.blockBytes === 0, 'whole blocks are deciphered')
    // With padding the last block would be held back until a call that never comes.
    this.#decipher ??= createDecipheriv(`${this.#name}-ecb`, this.#key, null).setAutoPadding(false)
    return this.#decipher.update(blocks)
  }

  /**
   * The last block of CBC encipherment from a zero start, which is what every CBC-MAC is. The cipher is kept although
   * CBC has a state: the state is the last block that came out, and adding it to the first block that goes in cancels
   * it. A MAC of 100 bytes takes half the time of creating a cipher for it.
   */
  lastCbcBlock(blocks: Uint8Array): Buffer {
    const { blockBytes } = this
    assert(blocks.length > 0 && blocks.length % blockBytes === 0, 'whole blocks are enciphered')
    const chain = (this.#chain ??= this.#newChain())
    const input = Buffer.from(blocks)
    for (let i = 0; i < blockBytes; i++) input[i]! ^= chain.state[i]!
    // Were this call ever to fail, the state would be unknown; the next one would then begin with a new cipher.
    this.#chain = undefined
    const last = chain.cipher.update(input).subarray(-blockBytes)
    last.copy(chain.state)
    this.#chain = chain
    return last
  }

  #newChain(): { cipher: Cipher; state: Buffer } {
    const state = Buffer.alloc(this.blockBytes)
    return { cipher: createCipheriv(`${this.#name}-cbc`, this.#key, state), state }
  }

  encryptCbc(iv: Uint8Array, blocks: Uint8Array): Buffer {
    assert(blocks.length % this.blockBytes === 0, 'whole blocks are enciphered')
    return createCipheriv(`${this.#name}-cbc`, this.#key, iv).update(blocks)
  }

  decryptCbc(iv: Uint8Array, blocks: Uint8Array): Buffer {
    assert(blocks.length % this.blockBytes === 0, 'whole blocks are deciphered')
    return createDecipheriv(`${this.#name}-cbc`, this.#key, iv).setAutoPadding(false).update(blocks)
  }

  /** Counter mode, its own inverse, over any number of bytes. */
  applyCtr(iv: Uint8Array, data: Uint8Array): Buffer {
    return createCipheriv(`${this.#name}-ctr`, this.#key, iv).update(data)
  }

  /** The single-DES cipher of the first, second or third eight bytes of a DES key. */
  part(index: 0 | 1 | 2): BlockCipher {
    assert(keyFamily(this.algorithm) === 'des', 'only DES keys have parts')
    this.#parts[index] ??= new BlockCipher('des', this.#key.subarray(index * 8, index * 8 + 8))
    return this.#parts[index]
  }
}
