// The keys of one load terminal: what its sign-on brought, unwrapped under the known master key and checked against the check
// values, and the three computations a terminal does with them.

import { assert } from '@shua/assert'
import { Sensitive } from '@shua/card-data'
import { loadMasterKey, loadProfile } from '@shua/server'
import { parseWorkingKeys, terminalProfiles, type TerminalProfile, type WrappedKey } from '@shua/scheme'
import type { KeyBlock, KeyUsage, SoftwareSecurityModule } from '@shua/security-module'

export const profile: TerminalProfile = terminalProfiles[loadProfile]

export class TerminalKeys {
  readonly #module: SoftwareSecurityModule
  readonly #pin: KeyBlock
  readonly #mac: KeyBlock

  private constructor(module: SoftwareSecurityModule, pin: KeyBlock, mac: KeyBlock) {
    this.#module = module
    this.#pin = pin
    this.#mac = mac
  }

  /** Throws a Fault when the bytes are no key set; asserts that the check values are right. */
  static open(module: SoftwareSecurityModule, keySet: Uint8Array): TerminalKeys {
    const { pik, mak } = parseWorkingKeys(keySet, profile)
    const key = new Sensitive(Buffer.from(loadMasterKey, 'hex'))
    const under = module.importKey({ usage: 'terminalMaster', algorithm: 'tdes2', key })
    const unwrap = ({ cryptogram, checkValue }: WrappedKey, usage: KeyUsage): KeyBlock => {
      const algorithm = cryptogram.length === 8 ? 'des' : 'tdes2'
      const block = module.unwrapKey({ under, cryptogram, usage, algorithm })
      assert(
        module.checkValue(block).subarray(0, checkValue.length).equals(checkValue),
        'a working key has its check value',
      )
      return block
    }
    return new TerminalKeys(module, unwrap(pik, 'pin'), unwrap(mak, 'mac'))
  }

  pinBlock(pin: Sensitive<string>, pan: Sensitive<string>): Buffer {
    return this.#module.encryptPinBlock({ key: this.#pin, format: profile.pinFormat, pin, pan })
  }

  mac(data: Uint8Array): Buffer {
    return this.#module.computeMac({ key: this.#mac, variant: profile.macVariant, data })
  }

  verify(data: Uint8Array, mac: Uint8Array): boolean {
    return this.#module.verifyMac({ key: this.#mac, variant: profile.macVariant, data, mac })
  }
}
