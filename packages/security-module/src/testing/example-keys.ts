// Keys and randomness for this package's tests: the same ones at every run.

import { createHash } from 'node:crypto'
import { Sensitive } from '@shua/card-data'
import { SoftwareSecurityModule } from '../module/software-security-module.ts'

/** Bytes that look random and are the same for the same seed. */
export function seededRandom(seed: string): (size: number) => Buffer {
  let counter = 0
  return (size) => {
    const parts: Buffer[] = []
    for (let bytes = 0; bytes < size; bytes += 32) {
      parts.push(createHash('sha256').update(`${seed} ${counter++}`).digest())
    }
    return Buffer.concat(parts).subarray(0, size)
  }
}

export function testModule(seed = 'module', options: { keysInUseMax?: number } = {}): SoftwareSecurityModule {
  const random = seededRandom(seed)
  return SoftwareSecurityModule.withMasterKey(new Sensitive(random(32)), random, options)
}

export function secret(hex: string): Sensitive<Buffer> {
  return new Sensitive(Buffer.from(hex, 'hex'))
}

/** The public example set of terminal-protocol §3.7 C. */
export const exampleKeys = {
  tmk: '0123456789ABCDEFFEDCBA9876543210',
  pik: '4A61C2D3E5F7081926374858697A8B9D',
  mak: '7F8E9DACBBCAD9E8',
  tdk: 'A1B2C3D4E5F60718293A4B5C6D7E8F90',
} as const

export const examplePan = new Sensitive('6225880000000001')
export const examplePin = new Sensitive('123456')
