// Bytes that a seed repeats: SHA-256 over the seed and a counter. For damaged messages and trace numbers, never for keys.

import { createHash } from 'node:crypto'

export function seededBytes(seed: number): (size: number) => Buffer {
  let counter = 0
  return (size) => {
    const parts: Buffer[] = []
    for (let length = 0; length < size; length += 32) {
      parts.push(createHash('sha256').update(`${seed}:${counter++}`).digest())
    }
    return Buffer.concat(parts).subarray(0, size)
  }
}
