// Facts about DES keys: parity, the weak ones, and the "variants" older security modules use to separate purposes.
// Policy: parity bits are ignored on the way in (hosts in the field send keys without odd parity and DES does not look
// at them) and set odd on keys we generate; weak keys and TDES keys whose parts are equal are refused (NIST SP 800-67).

import { assert } from '@shua/assert'
import { keyFamily, type KeyAlgorithm } from '../cipher/key-algorithm.ts'

const weakKeys = new Set(
  [
    '0101010101010101 FEFEFEFEFEFEFEFE E0E0E0E0F1F1F1F1 1F1F1F1F0E0E0E0E',
    '01FE01FE01FE01FE FE01FE01FE01FE01 1FE01FE00EF10EF1 E01FE01FF10EF10E',
    '01E001E001F101F1 E001E001F101F101 1FFE1FFE0EFE0EFE FE1FFE1FFE0EFE0E',
    '011F011F010E010E 1F011F010E010E01 E0FEE0FEF1FEF1FE FEE0FEE0FEF1FEF1',
  ]
    .flatMap((line) => line.split(' '))
    .map((hex) => withoutParity(Buffer.from(hex, 'hex'))),
)

function withoutParity(part: Uint8Array): string {
  return Buffer.from(part.map((byte) => byte & 0xfe)).toString('hex')
}

/** Sets the lowest bit of each byte so that the number of one-bits is odd. */
export function withOddParity(key: Uint8Array): Buffer {
  return Buffer.from(
    key.map((byte) => {
      let ones = 0
      for (let bits = byte >> 1; bits > 0; bits >>= 1) ones += bits & 1
      return (byte & 0xfe) | (ones % 2 === 0 ? 1 : 0)
    }),
  )
}

/** Why a key is weaker than its algorithm promises, or undefined when it is not. */
export function weakness(algorithm: KeyAlgorithm, key: Uint8Array): string | undefined {
  if (key.every((byte) => byte === 0)) return 'all bytes are zero'
  if (keyFamily(algorithm) !== 'des') return undefined
  const parts: string[] = []
  for (let start = 0; start < key.length; start += 8) parts.push(withoutParity(key.subarray(start, start + 8)))
  if (parts.some((part) => weakKeys.has(part))) return 'a part of it is a weak or semi-weak DES key'
  // E(D(E(x))) with two equal neighbours is single DES. First and third equal is two-key TDES and still strong.
  if (parts.some((part, index) => part === parts[index + 1])) return 'two neighbouring parts are equal'
  return undefined
}

/** Adds variant 0–31 to the first byte of each eight, as older host security modules do to separate key purposes. */
export function applyKeyVariant(key: Uint8Array, variant: number): Buffer {
  assert(Number.isInteger(variant) && variant >= 0 && variant <= 31, 'a key variant is 0 to 31')
  return Buffer.from(key.map((byte, index) => (index % 8 === 0 ? byte ^ (variant * 8) : byte)))
}
