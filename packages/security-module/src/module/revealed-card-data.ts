// The only place of the module where a PAN or PIN is unwrapped: checked as it is, so that a malformed one is a fault
// with a name instead of a wrong cryptogram.

import type { Sensitive } from '@shua/card-data'
import { isPin } from '../pin/pin-block.ts'
import { securityFault } from '../security-fault.ts'

export function revealPan(pan: Sensitive<string>): string {
  const digits = pan.reveal()
  if (!/^\d{12,19}$/.test(digits)) throw securityFault('SECURITY_PAN', 'a PAN is 12 to 19 digits', { path: 'pan' })
  return digits
}

export function revealPin(pin: Sensitive<string>): string {
  const digits = pin.reveal()
  if (!isPin(digits)) throw securityFault('SECURITY_PIN', 'a PIN is 4 to 12 digits', { path: 'pin' })
  return digits
}
