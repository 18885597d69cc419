// The kept ciphers must answer as new ones do, in any order of calls.

import { createCipheriv, createDecipheriv } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BlockCipher } from './block-cipher.ts'
import { keyAlgorithms, type KeyAlgorithm } from './key-algorithm.ts'

const key = Buffer.from('0123456789ABCDEFFEDCBA98765432100F1E2D3C4B5A69788796A5B4C3D2E1F0', 'hex')

describe.each(Object.keys(keyAlgorithms) as KeyAlgorithm[])('%s', (algorithm) => {
  const { keyBytes, blockBytes, cipher: name } = keyAlgorithms[algorithm]
  const own = key.subarray(0, keyBytes)
  const parts = { des: [own, own, own], tdes2: [own, own.subarray(0, 8)] } as Partial<Record<KeyAlgorithm, Buffer[]>>
  const opensslKey = Buffer.concat(parts[algorithm] ?? [own])
  const zeros = Buffer.alloc(blockBytes)
  const fresh = {
    encrypt: (data: Buffer) => createCipheriv(`${name}-ecb`, opensslKey, null).update(data),
    decrypt: (data: Buffer) => createDecipheriv(`${name}-ecb`, opensslKey, null).setAutoPadding(false).update(data),
    lastCbcBlock: (data: Buffer) => createCipheriv(`${name}-cbc`, opensslKey, zeros).update(data).subarray(-blockBytes),
  }

  it('answers as a new cipher does, whatever was asked before', () => {
    const operation = fc.constantFrom('encrypt', 'decrypt', 'lastCbcBlock')
    const blocks = fc.integer({ min: 1, max: 20 }).chain((count) => {
      const size = count * blockBytes
      return fc.uint8Array({ minLength: size, maxLength: size })
    })
    fc.assert(
      fc.property(fc.array(fc.tuple(operation, blocks), { minLength: 1, maxLength: 10 }), (calls) => {
        const kept = new BlockCipher(algorithm, own)
        for (const [name, data] of calls) {
          const answer = kept[name](data)
          expect(answer).toEqual(fresh[name](Buffer.from(data)))
          // What a caller does to an answer has no effect on later ones.
          answer.fill(0)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('refuses parts of blocks before they can reach a kept cipher', () => {
    const kept = new BlockCipher(algorithm, own)
    const data = Buffer.alloc(blockBytes, 1)
    for (const operation of ['encrypt', 'decrypt', 'lastCbcBlock'] as const) {
      expect(() => kept[operation](data.subarray(1))).toThrow('whole blocks')
      expect(kept[operation](data)).toEqual(fresh[operation](data))
    }
    expect(() => kept.lastCbcBlock(Buffer.alloc(0))).toThrow('whole blocks')
  })
})
