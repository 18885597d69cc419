// A key taken out of its key block, inside the module only: its clear bytes are private and have no printed form.
// What an operation derives from the key (cipher, MAC subkeys) is kept with it, so it is derived once.

import { BlockCipher } from '../cipher/block-cipher.ts'
import type { KeyAlgorithm } from '../cipher/key-algorithm.ts'
import { KeyBlockProtection, type KeyBlockVersion } from '../key-block/key-block-protection.ts'
import { Cmac } from '../mac/cmac.ts'
import type { Exportability, KeyUsage, ModeOfUse } from './key-usage.ts'

export interface KeyAttributes {
  readonly usage: KeyUsage
  readonly algorithm: KeyAlgorithm
  readonly mode: ModeOfUse
  readonly exportability: Exportability
}

export class LoadedKey {
  readonly attributes: KeyAttributes
  readonly cipher: BlockCipher
  readonly #bytes: Buffer
  readonly #protections = new Map<KeyBlockVersion, KeyBlockProtection>()
  #cmac: Cmac | undefined

  constructor(attributes: KeyAttributes, bytes: Buffer) {
    this.attributes = attributes
    this.cipher = new BlockCipher(attributes.algorithm, bytes)
    this.#bytes = bytes
  }

  /** The clear key, for the few operations that are no block cipher: HMAC, GCM, wrapping. */
  bytes(): Buffer {
    return this.#bytes
  }

  get cmac(): Cmac {
    return (this.#cmac ??= new Cmac(this.cipher))
  }

  /** This key as the protection of other parties' key blocks. */
  protection(version: KeyBlockVersion): KeyBlockProtection {
    let protection = this.#protections.get(version)
    if (!protection) {
      protection = new KeyBlockProtection(version, this.attributes.algorithm, this.#bytes)
      this.#protections.set(version, protection)
    }
    return protection
  }
}
