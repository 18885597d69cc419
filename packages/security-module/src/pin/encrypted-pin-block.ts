// PIN blocks as they travel in DE 52 (or DE 59 for the 16-byte form): encoded, then enciphered under a PIN key.

import { assert } from '@shua/assert'
import type { BlockCipher } from '../cipher/block-cipher.ts'
import { keyFamily, type KeyFamily } from '../cipher/key-algorithm.ts'
import { xor } from '../cipher/xor.ts'
import { securityFault } from '../security-fault.ts'
import { decodePinBlock, encodePinBlock, panField4, pinField4, pinOfField4 } from './pin-block.ts'

export type PinBlockFormat = 0 | 1 | 3 | 4 | 'sm4' | 'withoutPan'

const formats: Record<PinBlockFormat, { family: KeyFamily; boundToPan: boolean }> = {
  0: { family: 'des', boundToPan: true },
  1: { family: 'des', boundToPan: false },
  3: { family: 'des', boundToPan: true },
  4: { family: 'aes', boundToPan: true },
  sm4: { family: 'sm4', boundToPan: true },
  withoutPan: { family: 'des', boundToPan: false },
}

/** The format that a PIN key's algorithm implies when nobody names one. */
export function defaultPinBlockFormat(family: KeyFamily): PinBlockFormat {
  return ({ des: 0, aes: 4, sm4: 'sm4' } as const)[family]
}

export function encipherPinBlock(
  cipher: BlockCipher,
  format: PinBlockFormat,
  options: { readonly pin: string; readonly pan: string; readonly random: (size: number) => Buffer },
): Buffer {
  requireFormat(cipher, format)
  if (format !== 4) return cipher.encrypt(encodePinBlock(format, options.pin, options))
  const inner = cipher.encrypt(pinField4(options.pin, options.random))
  return cipher.encrypt(xor(inner, panField4(options.pan)))
}

/** The PIN, or undefined when the block is malformed under this key, format and PAN. */
export function decipherPinBlock(
  cipher: BlockCipher,
  format: PinBlockFormat,
  options: { readonly block: Uint8Array; readonly pan: string },
): string | undefined {
  requireFormat(cipher, format)
  if (options.block.length !== cipher.blockBytes) return undefined
  const clear = cipher.decrypt(options.block)
  if (format !== 4) return decodePinBlock(format, clear, options.pan)
  return pinOfField4(cipher.decrypt(xor(clear, panField4(options.pan))))
}

/**
 * ISO 9564-1 forbids taking a PIN out of a block bound to its PAN into one that is not: whoever can ask for such
 * translations can compare PINs of different cards.
 */
export function requireTranslation(from: PinBlockFormat, to: PinBlockFormat): void {
  if (formats[from].boundToPan && !formats[to].boundToPan) {
    throw securityFault('SECURITY_PIN_TRANSLATION', `PIN block format ${from} is not translated to format ${to}`, {
      details: { from, to },
    })
  }
}

function requireFormat(cipher: BlockCipher, format: PinBlockFormat): void {
  assert(Object.hasOwn(formats, format), 'the PIN block format is a known one')
  if (keyFamily(cipher.algorithm) !== formats[format].family) {
    throw securityFault(
      'SECURITY_KEY_ALGORITHM',
      `PIN block format ${format} does not go with a ${cipher.algorithm} key`,
      {
        details: { format, expected: formats[format].family, actual: cipher.algorithm },
      },
    )
  }
}
