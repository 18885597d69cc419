// The MAC of field 64 in its variants (terminal-protocol §3.7). Called to seal a request and to check an answer.
// The MAC covers the bytes from the MTI through the field before 64, the bitmap included.

import { blockLength, decryptBlocks, encryptBlocks, xor, type CipherName } from './block-ciphers.ts'
import { envelopeLength } from './wire-message.ts'

/** `foldDes` is the acquirers' default; with a key of 16 bytes the same steps run with triple DES. */
export type MacVariant = 'foldDes' | 'foldSm4' | 'x99' | 'x919'

/** The 8 bytes of field 64: ASCII hex characters for the folding variants, binary for the chaining ones. */
export function macOf(variant: MacVariant, key: Buffer, data: Buffer): Buffer {
  switch (variant) {
    case 'foldDes':
      return foldedMac('des', key, data)
    case 'foldSm4':
      return foldedMac('sm4', key, data)
    case 'x99':
      return chain(key, data)
    case 'x919': {
      const left = key.subarray(0, 8)
      const chained = chain(left, data)
      return encryptBlocks('des', left, decryptBlocks('des', key.subarray(8, 16), chained))
    }
  }
}

/** The authenticated part of an encoded message whose last field is 64. */
export function macInputOf(payload: Buffer): Buffer {
  return payload.subarray(envelopeLength, payload.length - 8)
}

function foldedMac(cipher: CipherName, key: Buffer, data: Buffer): Buffer {
  const size = blockLength[cipher]
  let fold: Buffer = Buffer.alloc(size)
  for (const block of blocksOf(data, size)) fold = xor(fold, block)
  const characters = Buffer.from(fold.toString('hex').toUpperCase(), 'latin1')
  const first = encryptBlocks(cipher, key, characters.subarray(0, size))
  const second = encryptBlocks(cipher, key, xor(first, characters.subarray(size)))
  return Buffer.from(second.toString('hex').toUpperCase().slice(0, 8), 'latin1')
}

function chain(key: Buffer, data: Buffer): Buffer {
  let state: Buffer = Buffer.alloc(8)
  for (const block of blocksOf(data, 8)) state = encryptBlocks('des', key, xor(state, block))
  return state
}

function* blocksOf(data: Buffer, size: number): Generator<Buffer> {
  for (let offset = 0; offset < data.length; offset += size) {
    const block = Buffer.alloc(size)
    data.copy(block, 0, offset, offset + size)
    yield block
  }
}
