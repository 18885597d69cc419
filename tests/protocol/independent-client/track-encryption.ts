// Encryption of track 2 in place under the track key (terminal-protocol §3.6): a run of digits near the end of the track is
// replaced by its cryptogram, the rest stays readable.

import { encryptBlocks, type CipherName } from './block-ciphers.ts'

export function encryptedTrack(cipher: CipherName, key: Buffer, track: string): string {
  const digits = cipher === 'sm4' ? 32 : 16
  const end = track.length % 2 === 1 ? track.length - 1 : track.length - 2
  const start = end - digits
  if (start < 0) throw new RangeError(`a track of ${track.length} digits is too short to encrypt`)
  const clear = Buffer.from(track.slice(start, end), 'hex')
  const cryptogram = encryptBlocks(cipher, key, clear).toString('hex').toUpperCase()
  return track.slice(0, start) + cryptogram + track.slice(end)
}
