// DUKPT with TDES (ANSI X9.24-3 annex, the 2009 method): the terminal uses a new key for every transaction, the host
// derives the same key from one base key and the key serial number that comes with the message.

import { BlockCipher } from '../cipher/block-cipher.ts'
import { xor } from '../cipher/xor.ts'
import { securityFault } from '../security-fault.ts'
import type { DukptPurpose } from './dukpt-purpose.ts'

const counterBits = 21
const counterOnesMax = 10
const halfMask = Buffer.from('C0C0C0C000000000C0C0C0C000000000', 'hex')

const purposeMask: Record<DukptPurpose, string> = {
  pin: '00000000000000FF',
  macRequest: '000000000000FF00',
  macResponse: '00000000FF000000',
  dataRequest: '0000000000FF0000',
  dataResponse: '000000FF00000000',
}

/** The key of one transaction before it is given a purpose. `ksn` is 10 bytes. */
export function tdesTransactionKey(baseKey: Buffer, ksn: Uint8Array): Buffer {
  const counter = tdesCounter(ksn)
  const register = Buffer.from(ksn.subarray(2))
  clearCounter(register)
  let key = initialKey(baseKey, ksn)
  for (let bit = 1 << (counterBits - 1); bit > 0; bit >>= 1) {
    if ((counter & bit) === 0) continue
    register[5]! |= bit >> 16
    register[6]! |= (bit >> 8) & 0xff
    register[7]! |= bit & 0xff
    key = nextKey(key, register)
  }
  return key
}

/** The transaction key for one purpose; data keys are enciphered once more under themselves. */
export function tdesPurposeKey(transactionKey: Buffer, purpose: DukptPurpose): Buffer {
  const mask = Buffer.from(purposeMask[purpose].repeat(2), 'hex')
  const key = xor(transactionKey, mask)
  const data = purpose === 'dataRequest' || purpose === 'dataResponse'
  return data ? new BlockCipher('tdes2', key).encrypt(key) : key
}

function tdesCounter(ksn: Uint8Array): number {
  if (ksn.length !== 10) throw ksnFault('a TDES key serial number has 10 bytes')
  const counter = ((ksn[7]! & 0x1f) << 16) | (ksn[8]! << 8) | ksn[9]!
  let ones = 0
  for (let bits = counter; bits > 0; bits >>= 1) ones += bits & 1
  if (ones === 0 || ones > counterOnesMax) throw ksnFault('the counter is zero or one that terminals skip')
  return counter
}

function clearCounter(register: Buffer): void {
  register[5]! &= 0xe0
  register[6] = 0
  register[7] = 0
}

function initialKey(baseKey: Buffer, ksn: Uint8Array): Buffer {
  const id = Buffer.from(ksn.subarray(0, 8))
  id[7]! &= 0xe0
  const left = new BlockCipher('tdes2', baseKey).encrypt(id)
  const right = new BlockCipher('tdes2', xor(baseKey, halfMask)).encrypt(id)
  return Buffer.concat([left, right])
}

/** The one-way step: a terminal that forgot a key cannot compute it again from the ones it holds. */
function nextKey(key: Buffer, register: Buffer): Buffer {
  const half = (from: Buffer): Buffer => {
    const [left, right] = [from.subarray(0, 8), from.subarray(8)]
    return xor(new BlockCipher('des', left).encrypt(xor(register, right)), right)
  }
  return Buffer.concat([half(xor(key, halfMask)), half(key)])
}

function ksnFault(message: string) {
  return securityFault('SECURITY_DUKPT_KSN', message)
}
