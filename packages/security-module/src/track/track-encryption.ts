// Track encryption of DE 35 and DE 36 (terminal-protocol §3.6): one block of digits near the end of the track is
// enciphered under the TDK and written back in place, so the PAN stays readable for routing and the rest of the stripe
// does not. 16 digits for DES keys, 32 for SM4.

import type { BlockCipher } from '../cipher/block-cipher.ts'
import { securityFault } from '../security-fault.ts'

/** `track` is digits with `=` or `D` as separator; the answer is in the same form with hex digits in the block. */
export function encipherTrack(cipher: BlockCipher, track: string): string {
  if (!/^[0-9=D]{2,107}$/.test(track)) throw malformed()
  const { before, block, after } = split(cipher, track)
  return (
    before +
    cipher
      .encrypt(Buffer.from(block.replaceAll('=', 'D'), 'hex'))
      .toString('hex')
      .toUpperCase() +
    after
  )
}

/** Fault SECURITY_TRACK when what comes out cannot be a track, which is what a wrong key looks like. */
export function decipherTrack(cipher: BlockCipher, track: string): string {
  if (!/^[0-9=A-F]{2,107}$/.test(track)) throw malformed()
  const { before, block, after } = split(cipher, track)
  if (block.includes('=')) throw malformed()
  const clear = before + cipher.decrypt(Buffer.from(block, 'hex')).toString('hex').toUpperCase() + after
  const unfilled = clear.replace(/^F+/, '')
  if (!/^[0-9=D]{2,}$/.test(unfilled)) throw malformed()
  return unfilled
}

/** The block ends one digit before the end of a track of odd length, two before the end of an even one. */
function split(cipher: BlockCipher, track: string): { before: string; block: string; after: string } {
  const blockDigits = cipher.blockBytes * 2
  // A track too short for the block and its last digit is filled on the left.
  const filled = track.padStart(blockDigits + 1, 'F')
  const end = filled.length - (filled.length % 2 === 1 ? 1 : 2)
  const start = end - blockDigits
  return { before: filled.slice(0, start), block: filled.slice(start, end), after: filled.slice(end) }
}

/** The digits that are enciphered: the "track data block" of the specification. */
export function trackDataBlock(cipher: BlockCipher, track: string): string {
  return split(cipher, track).block
}

function malformed() {
  return securityFault('SECURITY_TRACK', 'the track holds something other than digits and separators')
}
