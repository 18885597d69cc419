// Clear and encrypted PIN blocks: ANSI X9.8 format 0 in 8 bytes and the 16-byte SM4 form (terminal-protocol §3.5).
// Called when a payment carries a PIN; the caller decides which field takes the block.

import { encryptBlocks, xor, type CipherName } from './block-ciphers.ts'

export function clearPinBlock(cipher: CipherName, pin: string, pan: string): Buffer {
  const size = cipher === 'sm4' ? 16 : 8
  const pinPart = Buffer.from(`${String(pin.length).padStart(2, '0')}${pin}`.padEnd(size * 2, 'F'), 'hex')
  const panPart = Buffer.from(pan.slice(-13, -1).padStart(size * 2, '0'), 'hex')
  return xor(pinPart, panPart)
}

export function encryptedPinBlock(cipher: CipherName, key: Buffer, pin: string, pan: string): Buffer {
  return encryptBlocks(cipher, key, clearPinBlock(cipher, pin, pan))
}
