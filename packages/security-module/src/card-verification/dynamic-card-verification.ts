// Dynamic verification values of contactless cards in stripe mode: dCVV (Visa) and CVC3 (Mastercard). Both depend on
// the card's transaction counter, so a copied stripe image is worth one payment at most.

import type { BlockCipher } from '../cipher/block-cipher.ts'
import { retailMac } from '../mac/iso9797.ts'
import { pad } from '../mac/padding.ts'
import { securityFault } from '../security-fault.ts'
import { cardVerificationValue } from './card-verification-value.ts'

/** The CVV of the PAN whose first four digits are replaced by the four digits of the counter. */
export function dynamicCvv(
  cardKey: BlockCipher,
  options: { readonly pan: string; readonly expiry: string; readonly serviceCode: string; readonly counter: string },
): string {
  const { pan, counter } = options
  if (!/^\d{4}$/.test(counter)) {
    throw securityFault('SECURITY_VERIFICATION_VALUE', 'the counter of a dCVV is four digits', { path: 'counter' })
  }
  return cardVerificationValue(cardKey, { ...options, pan: counter + pan.slice(4) })
}

/** Three digits from the static track data, the terminal's unpredictable number (4 bytes) and the counter (2 bytes). */
export function cvc3(
  cardKey: BlockCipher,
  options: {
    readonly trackData: Uint8Array
    readonly unpredictableNumber: Uint8Array
    readonly counter: Uint8Array
  },
): string {
  const { trackData, unpredictableNumber, counter } = options
  if (unpredictableNumber.length !== 4 || counter.length !== 2) {
    throw securityFault('SECURITY_VERIFICATION_VALUE', 'a CVC3 takes a 4-byte number and a 2-byte counter')
  }
  const start = retailMac(cardKey.part(0), cardKey.part(1), pad(trackData, 8, 2)).subarray(6)
  const enciphered = cardKey.encrypt(Buffer.concat([start, unpredictableNumber, counter]))
  return String(enciphered.readUInt16BE(6)).padStart(5, '0').slice(-3)
}
