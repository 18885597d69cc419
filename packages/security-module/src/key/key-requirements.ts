// The checks every key passes on its way in: length, algorithm fit for its usage, and strength.

import { keyAlgorithms, type KeyAlgorithm } from '../cipher/key-algorithm.ts'
import { securityFault } from '../security-fault.ts'
import { weakness } from './des-key.ts'
import { usageRow, type KeyUsage } from './key-usage.ts'

export function requireKeyLength(algorithm: KeyAlgorithm, keyBytes: number): void {
  const expected = keyAlgorithms[algorithm].keyBytes
  if (keyBytes !== expected) {
    throw securityFault('SECURITY_KEY_LENGTH', `a ${algorithm} key has ${expected} bytes, got ${keyBytes}`, {
      details: { algorithm, expected, actual: keyBytes },
    })
  }
}

export function requireUsableAlgorithm(usage: KeyUsage, algorithm: KeyAlgorithm): void {
  const { algorithms } = usageRow(usage)
  if (!algorithms.includes(algorithm)) {
    throw securityFault('SECURITY_KEY_ALGORITHM', `a ${usage} key is not of algorithm ${algorithm}`, {
      details: { usage, expected: algorithms, actual: algorithm },
    })
  }
}

export function requireStrongKey(algorithm: KeyAlgorithm, key: Uint8Array): void {
  const reason = weakness(algorithm, key)
  if (reason !== undefined) {
    throw securityFault('SECURITY_KEY_WEAK', `the ${algorithm} key is refused: ${reason}`, { details: { algorithm } })
  }
}
