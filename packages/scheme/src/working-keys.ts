// DE 62 of the sign-on answer: PIK, MAK and, when asked for, TDK, each followed by its check value (terminal-protocol §3.2).
// An 8-byte MAK stands in a 16-byte place filled with zeros. SM4 sites use 16-byte keys with 8-byte check values.

import { Fault } from '@shua/assert'
import type { TerminalProfile } from './terminal-profile.ts'

export interface WrappedKey {
  readonly cryptogram: Uint8Array
  readonly checkValue: Uint8Array
}

export interface WorkingKeySet {
  readonly pik: WrappedKey
  readonly mak: WrappedKey
  readonly tdk: WrappedKey | undefined
}

const keyBytes = 16

export function formatWorkingKeys(keys: WorkingKeySet): Buffer {
  const blocks = [keys.pik, keys.mak, ...(keys.tdk ? [keys.tdk] : [])]
  return Buffer.concat(
    blocks.flatMap(({ cryptogram, checkValue }) => [
      cryptogram,
      Buffer.alloc(keyBytes - cryptogram.length),
      checkValue,
    ]),
  )
}

/** Reads DE 62 in the form the profile declares; throws `SCHEME_WORKING_KEYS` when its length is not 2 or 3 blocks. */
export function parseWorkingKeys(bytes: Uint8Array, profile: TerminalProfile): WorkingKeySet {
  const blockBytes = keyBytes + profile.keySet.checkValueBytes
  if (bytes.length !== 2 * blockBytes && bytes.length !== 3 * blockBytes) {
    throw new Fault('SCHEME_WORKING_KEYS', `expected 2 or 3 blocks of ${blockBytes} bytes, got ${bytes.length} bytes`, {
      path: '62',
    })
  }
  const block = (index: number, size: number): WrappedKey => {
    const start = index * blockBytes
    return {
      cryptogram: bytes.slice(start, start + size),
      checkValue: bytes.slice(start + keyBytes, start + blockBytes),
    }
  }
  const tail = bytes.slice(blockBytes + 8, blockBytes + keyBytes)
  const half = profile.keySet.mak === 'half'
  // The zero half tells an 8-byte MAK; a profile that expects one form must not silently take the other.
  if (half !== tail.every((byte) => byte === 0)) {
    throw new Fault('SCHEME_WORKING_KEYS', `the MAK is not of the ${profile.keySet.mak} length the profile declares`, {
      path: '62',
    })
  }
  return {
    pik: block(0, keyBytes),
    mak: block(1, half ? 8 : keyBytes),
    tdk: bytes.length === 3 * blockBytes ? block(2, keyBytes) : undefined,
  }
}

/** DE 62 of the sign-on request: `Sequence No` + length + network licence (4) and serial. */
export function formatSequenceNumber(licenceAndSerial: string): Buffer {
  return Buffer.from(`Sequence No${String(licenceAndSerial.length).padStart(2, '0')}${licenceAndSerial}`, 'latin1')
}

/** The licence and serial, or undefined when the field is not of that form. */
export function parseSequenceNumber(bytes: Uint8Array): string | undefined {
  const match = /^Sequence No(\d\d)([\x20-\x7e]+)$/.exec(Buffer.from(bytes).toString('latin1'))
  return match && match[2]!.length === Number(match[1]) ? match[2] : undefined
}
