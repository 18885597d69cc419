// Every way in which the security module refuses, with its meaning. README.md lists the same table and a test compares
// them. Messages and details speak of sizes, usages and places; they never carry a key, PIN, PAN or track.

import { Fault, type FaultOptions } from '@shua/assert'

export const securityFaults = {
  SECURITY_DATA_LENGTH: 'the data is not whole blocks of the cipher',
  SECURITY_DUKPT_KSN: 'the key serial number has the wrong size, no counter, or a counter no terminal ever uses',
  SECURITY_KEY_ALGORITHM: 'the key is of another algorithm than the operation needs',
  SECURITY_KEY_BLOCK: 'the key block is malformed, changed, or of another master key',
  SECURITY_KEY_CHECK: 'a key or component does not match its check value',
  SECURITY_KEY_COMPONENTS: 'a key is combined from two or three components of equal size',
  SECURITY_KEY_EXPORT: 'the key is not allowed to leave in this form',
  SECURITY_KEY_LENGTH: 'the key has the wrong length for its algorithm',
  SECURITY_KEY_MISSING: 'the PIN pad holds no such key',
  SECURITY_KEY_USAGE: 'the key exists for another purpose',
  SECURITY_KEY_WEAK: 'the key is a weak one, or is weaker than its algorithm says',
  SECURITY_MASTER_KEY_FILE: 'the master key file cannot be read or written, or does not hold one key',
  SECURITY_MASTER_KEY_PERMISSIONS: 'somebody other than the owner can read or write the master key file',
  SECURITY_PAN: 'the PAN is not 12 to 19 digits',
  SECURITY_PIN: 'the PIN is not 4 to 12 digits',
  SECURITY_PIN_BLOCK: 'the PIN block is malformed under this key, format and PAN',
  SECURITY_PIN_PAD_STATE: 'the stored state of the PIN pad is unreadable',
  SECURITY_PIN_TRANSLATION: 'a PIN bound to its PAN is never moved into a block without PAN',
  SECURITY_SEAL: 'the sealed value was changed, or belongs to another key or context',
  SECURITY_TRACK: 'the track holds something other than digits and separators',
  SECURITY_VERIFICATION_VALUE: 'the parameters of a PIN or card verification value are out of range',
} as const

export type SecurityFaultCode = keyof typeof securityFaults

export function securityFault(code: SecurityFaultCode, message: string, options: FaultOptions = {}): Fault {
  return new Fault(code, message, options)
}
