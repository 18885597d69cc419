// ISO/IEC 7812-1: the primary account number, 12 to 19 digits here (DE 2 allows up to 19).

import { Sensitive } from './sensitive.ts'

/** Wraps a PAN, or answers undefined when the text cannot be one. The check digit is the issuer's business: the demo BIN keeps none. */
export function parsePan(text: string): Sensitive<string> | undefined {
  return /^\d{12,19}$/.test(text) ? new Sensitive(text, maskPan(text)) : undefined
}

/** First six and last four digits, as receipts and PCI DSS 3.4 allow; anything shorter than 13 digits shows the last four only. */
export function maskPan(pan: string): string {
  const shown = pan.length >= 13 ? 6 : 0
  return pan.slice(0, shown) + '*'.repeat(Math.max(pan.length - shown - 4, 0)) + pan.slice(-4)
}
