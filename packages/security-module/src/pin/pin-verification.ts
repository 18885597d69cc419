// How an issuer checks a PIN without storing it. PVV (Visa): four digits from PAN, key index and the first four digits
// of the PIN. IBM 3624 offset: what must be added to the PIN that the key derives from the PAN.
// A PVV never looks beyond the fourth digit of a PIN; an issuer of six-digit PINs who wants all six checked uses offsets.

import type { BlockCipher } from '../cipher/block-cipher.ts'
import { nibbleAt, packNibbles } from '../cipher/nibbles.ts'
import { securityFault } from '../security-fault.ts'
import { firstDecimalDigits } from './decimal-digits.ts'

/** Four digits. Faults with SECURITY_VERIFICATION_VALUE when the key index is not 0 to 6. */
export function pinVerificationValue(
  cipher: BlockCipher,
  options: { readonly keyIndex: number; readonly pin: string; readonly pan: string },
): string {
  const { keyIndex, pin, pan } = options
  if (!Number.isInteger(keyIndex) || keyIndex < 0 || keyIndex > 6) {
    throw securityFault('SECURITY_VERIFICATION_VALUE', 'a PVV key index is 0 to 6', { path: 'keyIndex' })
  }
  const transformed = pan.slice(0, -1).slice(-11).padStart(11, '0') + String(keyIndex) + pin.slice(0, 4)
  return firstDecimalDigits(cipher.encrypt(packNibbles(transformed)), 4)
}

export interface PinOffsetParameters {
  /** 16 digits: what each hex digit 0 to F becomes. */
  readonly decimalisation: string
  /** Which digits of the PAN are used, and the hex digit that fills them up to 16 on the right. */
  readonly panStart: number
  readonly panLength: number
  readonly panFiller: string
}

/** The digits to add to the derived PIN, one by one without carry, to get `pin`. As long as `pin`. */
export function pinOffset(
  cipher: BlockCipher,
  options: { readonly pin: string; readonly pan: string; readonly parameters: PinOffsetParameters },
): string {
  const natural = naturalPin(cipher, options.pan, options.parameters)
  return Array.from(options.pin, (digit, i) => (Number(digit) - Number(natural[i]) + 10) % 10).join('')
}

/** The PIN that belongs to an offset. */
export function pinOfOffset(
  cipher: BlockCipher,
  options: { readonly offset: string; readonly pan: string; readonly parameters: PinOffsetParameters },
): string {
  const natural = naturalPin(cipher, options.pan, options.parameters)
  let pin = ''
  for (let i = 0; i < options.offset.length; i++) pin += String((digitAt(options.offset, i) + digitAt(natural, i)) % 10)
  return pin
}

function digitAt(digits: string, index: number): number {
  return digits.charCodeAt(index) - 48
}

/** The table that passed the check last; an issuer has one. */
let checkedTable: string | undefined

/** A table with few distinct digits tells the PIN bit by bit to whoever may choose the table. */
function isTable(decimalisation: string): boolean {
  if (decimalisation === checkedTable) return true
  const valid = /^\d{16}$/.test(decimalisation) && new Set(decimalisation).size >= 8
  if (valid) checkedTable = decimalisation
  return valid
}

function naturalPin(cipher: BlockCipher, pan: string, parameters: PinOffsetParameters): string {
  const { decimalisation, panStart, panLength, panFiller } = parameters
  const digits = pan.slice(panStart, panStart + panLength)
  const valid = isTable(decimalisation) && /^[0-9A-F]$/.test(panFiller)
  if (!valid || digits.length !== panLength || panLength < 1 || panLength > 16 || panStart < 0) {
    throw securityFault('SECURITY_VERIFICATION_VALUE', 'the PIN offset parameters are out of range', {
      path: 'parameters',
    })
  }
  const enciphered = cipher.encrypt(packNibbles(digits.padEnd(16, panFiller)))
  let natural = ''
  for (let place = 0; place < 16; place++) natural += decimalisation[nibbleAt(enciphered, place)]!
  return natural
}
