// Work keys out of field 62 of the sign-on answer: decrypted under the terminal master key and checked against their check
// values (terminal-protocol §3.2, §3.3). Called once per sign-on.

import { decryptBlocks, encryptBlocks, type CipherName } from './block-ciphers.ts'

export interface WorkKeys {
  readonly pin: Buffer
  readonly mac: Buffer
  readonly track: Buffer | undefined
}

export function keyCheckValue(cipher: CipherName, key: Buffer): Buffer {
  if (cipher === 'sm4') return encryptBlocks('sm4', key, Buffer.alloc(16)).subarray(0, 8)
  return encryptBlocks('des', key, Buffer.alloc(8)).subarray(0, 4)
}

/** The order is always PIN, MAC, then track; throws when a length or a check value is wrong. */
export function openWorkKeys(cipher: CipherName, masterKey: Buffer, block: Buffer): WorkKeys {
  const checkLength = cipher === 'sm4' ? 8 : 4
  const entryLength = 16 + checkLength
  if (block.length !== entryLength * 2 && block.length !== entryLength * 3) {
    throw new RangeError(`a key block of ${block.length} bytes has neither two nor three keys`)
  }
  const names = ['PIN', 'MAC', 'track']
  const keys: Buffer[] = []
  for (let offset = 0; offset < block.length; offset += entryLength) {
    const entry = block.subarray(offset, offset + entryLength)
    const key = openKey(cipher, masterKey, entry.subarray(0, 16))
    if (!keyCheckValue(cipher, key).equals(entry.subarray(16))) {
      throw new RangeError(`the check value of the ${names[keys.length] ?? ''} key is wrong`)
    }
    keys.push(key)
  }
  const [pin, mac, track] = keys
  if (pin === undefined || mac === undefined) throw new RangeError('keys are missing')
  return { pin, mac, track }
}

/** A second half of zeros on the wire marks an 8-byte key (terminal-protocol §3.2). */
function openKey(cipher: CipherName, masterKey: Buffer, cryptogram: Buffer): Buffer {
  const isHalf = cipher === 'des' && cryptogram.subarray(8).equals(Buffer.alloc(8))
  return decryptBlocks(cipher, masterKey, isHalf ? cryptogram.subarray(0, 8) : cryptogram)
}
