// The key of one card, from the issuer's master key, the PAN and the card sequence number (EMV 4.3 book 2, A1.4).

import { createHash } from 'node:crypto'
import { BlockCipher } from '../cipher/block-cipher.ts'
import { withOddParity } from '../key/des-key.ts'
import { firstDecimalDigits } from '../pin/decimal-digits.ts'

export type CardKeyOption = 'A' | 'B'

export function deriveCardKey(
  master: BlockCipher,
  options: { readonly pan: string; readonly panSequence: string; readonly option: CardKeyOption },
): BlockCipher {
  const digits = options.pan + options.panSequence
  const data = Buffer.from(options.option === 'A' ? digits.slice(-16).padStart(16, '0') : hashedDigits(digits), 'hex')
  const inverted = Buffer.from(data.map((byte) => byte ^ 0xff))
  return new BlockCipher('tdes2', withOddParity(master.encrypt(Buffer.concat([data, inverted]))))
}

/** Option B: sixteen decimal digits of SHA-1 over the digits packed in bytes. */
function hashedDigits(digits: string): string {
  const packed = Buffer.from(digits.length % 2 === 1 ? `0${digits}` : digits, 'hex')
  return firstDecimalDigits(createHash('sha1').update(packed).digest(), 16)
}
