// Every zone has its own PIN key: the block that came under a terminal's key leaves under the key shared with the issuer.
// The PIN itself never appears outside the security module.

import { Fault } from '@shua/assert'
import { Sensitive } from '@shua/card-data'
import type { EnteredPin, PaymentRequest } from '@shua/scheme'
import { parseKeyBlock, type KeyBlock, type SecurityModule } from '@shua/security-module'

export interface ZonePin {
  readonly key: KeyBlock
  readonly format: EnteredPin['format']
}

/** `malformed` is a block that does not decrypt to a PIN: the terminal and we do not hold the same key, or it was damaged. */
export function translatePin(
  securityModule: SecurityModule,
  request: PaymentRequest,
  zone: ZonePin,
): PaymentRequest | 'malformed' {
  const { pin } = request
  if (!pin) return request
  try {
    const block = securityModule.translatePinBlock({
      from: { key: parseKeyBlock(pin.key), format: pin.format },
      to: zone,
      block: pin.block.reveal(),
      pan: request.card.pan,
    })
    const translated: EnteredPin = { block: new Sensitive<Uint8Array>(block), format: zone.format, key: zone.key }
    return { ...request, pin: translated }
  } catch (error) {
    if (error instanceof Fault && error.code === 'SECURITY_PIN_BLOCK') return 'malformed'
    throw error
  }
}
