// Every zone has its own PIN key: the block that came under a terminal's key leaves under the key shared with the issuer.
// The PIN itself never appears outside the security module.

import { Fault } from '@shua/assert'
import { Sensitive } from '@shua/card-data'
import type { EnteredPin } from '@shua/scheme'
import { parseKeyBlock, type KeyBlock, type SecurityModule } from '@shua/security-module'

export interface ZonePin {
  readonly key: KeyBlock
  readonly format: EnteredPin['format']
}

/**
 * `malformed` is a block that does not decrypt to a PIN: the terminal and we do not hold the same key, or it was damaged.
 * Other faults of the security module are thrown: the key of the terminal or of the zone cannot be used.
 */
export function translatePin(
  securityModule: SecurityModule,
  o: { readonly pin: EnteredPin; readonly pan: Sensitive<string>; readonly zone: ZonePin },
): EnteredPin | 'malformed' {
  const { pin, pan, zone } = o
  try {
    const from = { key: parseKeyBlock(pin.key), format: pin.format }
    const block = securityModule.translatePinBlock({ from, to: zone, block: pin.block.reveal(), pan })
    return { block: new Sensitive<Uint8Array>(block), format: zone.format, key: zone.key }
  } catch (error) {
    if (error instanceof Fault && error.code === 'SECURITY_PIN_BLOCK') return 'malformed'
    throw error
  }
}
