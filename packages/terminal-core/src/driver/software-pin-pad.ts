// PIN pad and card vault over the software security module, set up for one terminal profile: which algorithm, MAC and PIN
// block form its acquirer speaks.

import { Sensitive } from '@shua/card-data'
import type { PinOnWire, TerminalProfile, WorkingKeySet } from '@shua/scheme'
import { SoftwarePinPad, type KeyBlock, type SecurityModule } from '@shua/security-module'
import type { CardVault, PinPad } from './pin-pad.ts'

export class ProfilePinPad implements PinPad {
  readonly #module: SecurityModule
  readonly #profile: TerminalProfile
  readonly #pad: SoftwarePinPad

  constructor(module: SecurityModule, profile: TerminalProfile) {
    this.#module = module
    this.#profile = profile
    this.#pad = new SoftwarePinPad(module)
  }

  loadMasterKey(key: Sensitive<Buffer>): string {
    const checkValue = this.checkValueOf(key)
    this.#pad.loadMasterKey({ components: [key], algorithm: this.#profile.keySet.algorithm })
    return checkValue
  }

  checkValueOf(key: Sensitive<Buffer>): string {
    const { algorithm, checkValueBytes } = this.#profile.keySet
    const block = this.#module.importKey({ usage: 'terminalMaster', algorithm, key })
    return this.#module.checkValue(block).subarray(0, checkValueBytes).toString('hex').toUpperCase()
  }

  loadWorkingKeys(keys: WorkingKeySet): void {
    const wrapped = (key: { cryptogram: Uint8Array; checkValue: Uint8Array }) => ({
      cryptogram: key.cryptogram,
      kcv: key.checkValue,
    })
    this.#pad.loadWorkingKeys({
      pik: wrapped(keys.pik),
      mak: wrapped(keys.mak),
      tdk: keys.tdk && wrapped(keys.tdk),
      algorithm: this.#profile.keySet.algorithm,
    })
  }

  eraseWorkingKeys(): void {
    this.#pad.eraseWorkingKeys()
  }

  encryptPin(pin: Sensitive<string>, pan: Sensitive<string>): PinOnWire {
    const format = this.#profile.pinFormat
    return { block: new Sensitive(this.#pad.encryptPin(pin, pan, format)), format }
  }

  encryptTrack(track: Sensitive<string>): Sensitive<string> {
    return this.#pad.encryptTrack(track)
  }

  computeMac(data: Uint8Array): Buffer {
    return this.#pad.computeMac(this.#profile.macVariant, data)
  }

  verifyMac(data: Uint8Array, mac: Uint8Array): boolean {
    return this.#pad.verifyMac(this.#profile.macVariant, data, mac)
  }

  exportState(): unknown {
    return this.#pad.exportState()
  }

  importState(state: unknown): void {
    this.#pad.importState(state)
  }
}

export class ModuleCardVault implements CardVault {
  readonly #module: SecurityModule

  constructor(module: SecurityModule) {
    this.#module = module
  }

  createKey(): string {
    return this.#module.generateKey({ usage: 'dataEncryption', algorithm: 'aes256' })
  }

  seal(key: string, value: Sensitive<string>, context: string): string {
    return this.#module.seal({ key: key as KeyBlock, value, context }).toString('base64')
  }

  open(key: string, sealed: string, context: string): Sensitive<string> {
    return this.#module.open({ key: key as KeyBlock, sealed: Buffer.from(sealed, 'base64'), context })
  }
}
