// DUKPT with AES (ANSI X9.24-3:2017): as the TDES method, with a 32-bit counter and keys of any algorithm derived from
// the key of the transaction. The key serial number is an 8-byte initial key id and the 4-byte counter.

import { BlockCipher } from '../cipher/block-cipher.ts'
import { keyAlgorithms, type KeyAlgorithm } from '../cipher/key-algorithm.ts'
import { securityFault } from '../security-fault.ts'
import type { DukptPurpose } from './dukpt-purpose.ts'

export type AesAlgorithm = 'aes128' | 'aes192' | 'aes256'
export type DukptKeyAlgorithm = AesAlgorithm | 'tdes2' | 'tdes3'

const counterOnesMax = 16
const counterBits = 32

const keyDerivation = 0x8000
const initialKeyDerivation = 0x8001
const purposeCode: Record<DukptPurpose, number> = {
  pin: 0x1000,
  macRequest: 0x2000,
  macResponse: 0x2001,
  dataRequest: 0x3000,
  dataResponse: 0x3001,
}
const algorithmCode: Record<DukptKeyAlgorithm, number> = { tdes2: 0, tdes3: 1, aes128: 2, aes192: 3, aes256: 4 }

/** The key a terminal is loaded with, from the base key and the terminal's 8-byte initial key id. */
export function aesInitialKey(algorithm: AesAlgorithm, baseKey: Uint8Array, initialKeyId: Uint8Array): Buffer {
  if (initialKeyId.length !== 8) throw ksnFault('an initial key id has 8 bytes')
  return derive(new BlockCipher(algorithm, baseKey), { code: initialKeyDerivation, algorithm, context: initialKeyId })
}

/** The key of one transaction, from which the keys for its purposes are derived. `ksn` is 12 bytes. */
export function aesTransactionKey(algorithm: AesAlgorithm, baseKey: Uint8Array, ksn: Uint8Array): Buffer {
  const counter = aesCounter(ksn)
  let key = aesInitialKey(algorithm, baseKey, ksn.subarray(0, 8))
  let soFar = 0
  for (let bit = 2 ** (counterBits - 1); bit >= 1; bit /= 2) {
    if (Math.floor(counter / bit) % 2 === 0) continue
    soFar += bit
    key = derive(new BlockCipher(algorithm, key), { code: keyDerivation, algorithm, context: context(ksn, soFar) })
  }
  return key
}

/** The transaction key for one purpose and algorithm. `algorithm` is the base key's. */
export function aesPurposeKey(
  algorithm: AesAlgorithm,
  transactionKey: Uint8Array,
  options: { readonly ksn: Uint8Array; readonly purpose: DukptPurpose; readonly keyAlgorithm: DukptKeyAlgorithm },
): Buffer {
  const { ksn, purpose, keyAlgorithm } = options
  return derive(new BlockCipher(algorithm, transactionKey), {
    code: purposeCode[purpose],
    algorithm: keyAlgorithm,
    context: context(ksn, aesCounter(ksn)),
  })
}

/** The counter a terminal uses after this one, skipping those with too many one-bits; undefined when none is left. */
export function nextAesDukptCounter(counter: number): number | undefined {
  let next = counter + 1
  // Adding the lowest one-bit skips the whole run of counters that differ from this one only below it.
  while (next < 2 ** counterBits && ones(next) > counterOnesMax) next += lowestOne(next)
  return next < 2 ** counterBits ? next : undefined
}

/** How many transactions a terminal that has just used `counter` can still make; 0 means it needs a new key. */
export function aesDukptTransactionsLeft(counter: number): number {
  // Counters above `counter` with few enough one-bits: each zero bit of it may become a one with free bits below.
  let left = 0
  let onesAbove = 0
  for (let place = counterBits - 1; place >= 0; place--) {
    const isOne = Math.floor(counter / 2 ** place) % 2 === 1
    if (isOne) onesAbove++
    else for (let free = 0; free <= counterOnesMax - onesAbove - 1; free++) left += choose(place, free)
  }
  return left
}

function aesCounter(ksn: Uint8Array): number {
  if (ksn.length !== 12) throw ksnFault('an AES key serial number has 12 bytes')
  const counter = Buffer.from(ksn).readUInt32BE(8)
  if (counter === 0 || ones(counter) > counterOnesMax) throw ksnFault('the counter is zero or one that terminals skip')
  return counter
}

/** The right half of the initial key id and the counter reached so far. */
function context(ksn: Uint8Array, counter: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.set(ksn.subarray(4, 8))
  bytes.writeUInt32BE(counter, 4)
  return bytes
}

function derive(
  cipher: BlockCipher,
  options: { code: number; algorithm: DukptKeyAlgorithm; context: Uint8Array },
): Buffer {
  const keyBytes = keyAlgorithms[options.algorithm satisfies KeyAlgorithm].keyBytes
  const input = Buffer.alloc(16)
  input[0] = 1
  input.writeUInt16BE(options.code, 2)
  input.writeUInt16BE(algorithmCode[options.algorithm], 4)
  input.writeUInt16BE(keyBytes * 8, 6)
  input.set(options.context, 8)
  const parts: Buffer[] = []
  for (let block = 1; (block - 1) * 16 < keyBytes; block++) {
    input[1] = block
    parts.push(cipher.encrypt(input))
  }
  return Buffer.concat(parts).subarray(0, keyBytes)
}

function ones(value: number): number {
  let count = 0
  for (let rest = value; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2
  return count
}

function lowestOne(value: number): number {
  let bit = 1
  while (value % (bit * 2) === 0) bit *= 2
  return bit
}

function choose(from: number, count: number): number {
  let ways = 1
  for (let i = 0; i < count; i++) ways = (ways * (from - i)) / (i + 1)
  return ways
}

function ksnFault(message: string) {
  return securityFault('SECURITY_DUKPT_KSN', message)
}
