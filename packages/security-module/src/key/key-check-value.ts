// Key check values: a few bytes that tell whether two parties hold the same key, and nothing else about it.
// DES and SM4: the encipherment of zeros (terminal-protocol §3.3). AES: the CMAC of a block of zeros (ANSI X9.24-1).

import { timingSafeEqual } from 'node:crypto'
import type { BlockCipher } from '../cipher/block-cipher.ts'
import { keyFamily } from '../cipher/key-algorithm.ts'
import { Cmac } from '../mac/cmac.ts'

const checkValueBytesMin = 3

/** The whole value: 8 bytes for DES and TDES, 16 for AES and SM4. Protocols carry its first bytes. */
export function keyCheckValue(cipher: BlockCipher): Buffer {
  const zeros = Buffer.alloc(cipher.blockBytes)
  return keyFamily(cipher.algorithm) === 'aes' ? new Cmac(cipher).compute(zeros) : cipher.encrypt(zeros)
}

/** Whether `expected`, of three bytes or more, is the beginning of the key's check value. */
export function matchesCheckValue(cipher: BlockCipher, expected: Uint8Array): boolean {
  const actual = keyCheckValue(cipher)
  if (expected.length < checkValueBytesMin || expected.length > actual.length) return false
  return timingSafeEqual(actual.subarray(0, expected.length), expected)
}
