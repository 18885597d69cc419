// Values kept in a database so that a copy of the database does not give them away: AES-GCM under a data key, with the
// place they belong to (`card.pan:42`) authenticated, so that a value moved to another row is refused.

import { createCipheriv, createDecipheriv } from 'node:crypto'
import { Sensitive } from '@shua/card-data'
import { securityFault } from '../security-fault.ts'

const form = 1
const nonceBytes = 12
const tagBytes = 16
const headBytes = 1 + nonceBytes + tagBytes

export type SealCipher = 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm'

/** Form byte, nonce, tag, cipher text. One key seals at most 2^32 values (NIST SP 800-38D, random nonces). */
export function sealValue(
  options: { readonly cipher: SealCipher; readonly key: Uint8Array; readonly context: string },
  value: Sensitive<string>,
  nonce: Buffer,
): Buffer {
  const cipher = createCipheriv(options.cipher, options.key, nonce)
  cipher.setAAD(Buffer.from(options.context, 'utf8'))
  // Counter mode gives out every byte at once; final() only computes the tag.
  const text = cipher.update(value.reveal(), 'utf8')
  cipher.final()
  const sealed = Buffer.allocUnsafe(headBytes + text.length)
  sealed[0] = form
  sealed.set(nonce, 1)
  sealed.set(cipher.getAuthTag(), 1 + nonceBytes)
  sealed.set(text, headBytes)
  return sealed
}

/** Fault SECURITY_SEAL when anything differs: key, context or a single bit. */
export function openSealedValue(
  options: { readonly cipher: SealCipher; readonly key: Uint8Array; readonly context: string },
  sealed: Uint8Array,
): Sensitive<string> {
  if (sealed.length < headBytes || sealed[0] !== form) {
    throw securityFault('SECURITY_SEAL', 'this is no sealed value')
  }
  const decipher = createDecipheriv(options.cipher, options.key, sealed.subarray(1, 1 + nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(Buffer.from(options.context, 'utf8'))
  decipher.setAuthTag(sealed.subarray(1 + nonceBytes, headBytes))
  try {
    const text = Buffer.concat([decipher.update(sealed.subarray(headBytes)), decipher.final()])
    return new Sensitive(text.toString('utf8'))
  } catch (cause) {
    throw securityFault('SECURITY_SEAL', 'the sealed value does not open with this key and context', { cause })
  }
}

export const sealNonceBytes = nonceBytes
