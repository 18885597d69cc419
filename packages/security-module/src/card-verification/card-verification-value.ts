// CVV/CVN: three digits that prove a stripe, a chip or a printed card was made by the issuer. The same computation
// gives CVV (service code of the stripe), iCVV (999), CVV2 (000) and the CAVV of an e-commerce authentication.

import type { BlockCipher } from '../cipher/block-cipher.ts'
import { xor } from '../cipher/xor.ts'
import { securityFault } from '../security-fault.ts'
import { firstDecimalDigits } from '../pin/decimal-digits.ts'

/** `expiry` is four digits, YYMM on UnionPay cards; `serviceCode` three. The key is the pair CVK A, CVK B. */
export function cardVerificationValue(
  cipher: BlockCipher,
  options: { readonly pan: string; readonly expiry: string; readonly serviceCode: string },
): string {
  const { pan, expiry, serviceCode } = options
  if (!/^\d{4}$/.test(expiry) || !/^\d{3}$/.test(serviceCode)) {
    throw securityFault('SECURITY_VERIFICATION_VALUE', 'the expiry is four digits and the service code three')
  }
  const data = Buffer.from((pan + expiry + serviceCode).padEnd(32, '0'), 'hex')
  const first = cipher.part(0).encrypt(data.subarray(0, 8))
  return firstDecimalDigits(cipher.encrypt(xor(first, data.subarray(8))), 3)
}
