// The three block ciphers of the dialect, used block by block: single DES, two-key triple DES and SM4 (terminal-protocol §3.2, §3.3).
// Called by the key loading, PIN, track and MAC code of this client. It stands on node:crypto alone, so that nothing here is
// shared with the server under test.

import { createCipheriv, createDecipheriv } from 'node:crypto'

export type CipherName = 'des' | 'sm4'

/** Bytes of one block. */
export const blockLength: Record<CipherName, number> = { des: 8, sm4: 16 }

interface NodeCipher {
  readonly name: string
  readonly key: Buffer
}

function nodeCipher(cipher: CipherName, key: Buffer): NodeCipher {
  if (cipher === 'sm4') {
    if (key.length !== 16) throw new RangeError(`an SM4 key has 16 bytes, not ${key.length}`)
    return { name: 'sm4-ecb', key }
  }
  // OpenSSL 3 no longer offers single DES by default; triple DES with three equal keys is the same permutation.
  if (key.length === 8) return { name: 'des-ede3-ecb', key: Buffer.concat([key, key, key]) }
  if (key.length === 16) return { name: 'des-ede3-ecb', key: Buffer.concat([key, key.subarray(0, 8)]) }
  throw new RangeError(`a DES key has 8 or 16 bytes, not ${key.length}`)
}

export function encryptBlocks(cipher: CipherName, key: Buffer, clear: Buffer): Buffer {
  const { name, key: bytes } = nodeCipher(cipher, key)
  const engine = createCipheriv(name, bytes, null).setAutoPadding(false)
  return Buffer.concat([engine.update(clear), engine.final()])
}

export function decryptBlocks(cipher: CipherName, key: Buffer, cryptogram: Buffer): Buffer {
  const { name, key: bytes } = nodeCipher(cipher, key)
  const engine = createDecipheriv(name, bytes, null).setAutoPadding(false)
  return Buffer.concat([engine.update(cryptogram), engine.final()])
}

export function xor(left: Buffer, right: Buffer): Buffer {
  if (left.length !== right.length) throw new RangeError(`cannot XOR ${left.length} with ${right.length} bytes`)
  return Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)))
}
