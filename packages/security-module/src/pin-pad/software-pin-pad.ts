// The terminal's secure element in software (terminal-protocol §3.1): holds master keys by slot and the working keys of
// the sign-on, and computes with them. terminal-core drives it. It only ever enciphers PINs and tracks, as a PIN pad
// does; the message that brought the keys is read by whoever speaks the protocol.

import { Fault } from '@shua/assert'
import { Sensitive } from '@shua/card-data'
import { algorithmOfLength, keyFamily, type KeyAlgorithm } from '../cipher/key-algorithm.ts'
import type { MacVariant } from '../mac/terminal-mac.ts'
import type { KeyBlock } from '../module/key-block.ts'
import type { SecurityModule } from '../module/security-module.ts'
import { SoftwareSecurityModule } from '../module/software-security-module.ts'
import { defaultPinBlockFormat, type PinBlockFormat } from '../pin/encrypted-pin-block.ts'
import { securityFault } from '../security-fault.ts'
import { parsePinPadState, unreadable, type PinPadState } from './pin-pad-state.ts'

export interface WorkingKeyCryptogram {
  readonly cryptogram: Uint8Array
  /** The bytes the host sent: 4 for DES keys, 8 for SM4 (terminal-protocol §3.3); at least 3. */
  readonly kcv: Uint8Array
}

type WorkingKeyName = 'pik' | 'mak' | 'tdk'

const usageOf = { pik: 'pin', mak: 'mac', tdk: 'track' } as const
const checkValueBytesMin = 3

export class SoftwarePinPad {
  readonly #module: SecurityModule
  readonly #masterKeys = new Map<string, KeyBlock>()
  #workingKeys: Partial<Record<WorkingKeyName, KeyBlock>> = {}

  /** The module is this pad's own: its master key stands for the tamper-protected memory of a hardware pad. */
  constructor(module: SecurityModule) {
    this.#module = module
  }

  static async open(options: {
    readonly masterKeyFile: string
    readonly random: (size: number) => Buffer
  }): Promise<SoftwarePinPad> {
    return new SoftwarePinPad(await SoftwareSecurityModule.open(options))
  }

  /**
   * Key injection: the clear terminal master key, whole or in two or three components. Working keys that came under the
   * slot's former key are erased. Faults: SECURITY_KEY_CHECK, SECURITY_KEY_LENGTH, SECURITY_KEY_WEAK.
   */
  loadMasterKey(o: {
    readonly components: readonly Sensitive<Buffer>[]
    readonly algorithm: KeyAlgorithm
    readonly checkValue?: Uint8Array
    readonly slot?: number
  }): void {
    const kind = { usage: 'terminalMaster', algorithm: o.algorithm } as const
    const [only, ...others] = o.components
    const key =
      only && others.length === 0
        ? this.#module.importKey({ ...kind, key: only })
        : this.#module.importComponents({ ...kind, components: o.components })
    if (o.checkValue) this.#requireCheckValue(key, o.checkValue, 'masterKey')
    this.#masterKeys.set(slotName(o.slot), key)
    this.eraseWorkingKeys()
  }

  /**
   * Takes all keys of a sign-on answer or none. Within a DES set each cryptogram's own length tells its key's, because
   * an 8-byte MAK travels in a double-length set. Faults: SECURITY_KEY_CHECK names the key, SECURITY_KEY_MISSING.
   */
  loadWorkingKeys(o: {
    readonly pik: WorkingKeyCryptogram
    readonly mak: WorkingKeyCryptogram
    readonly tdk?: WorkingKeyCryptogram | undefined
    readonly algorithm: KeyAlgorithm
    readonly slot?: number
  }): void {
    const under = this.#masterKeys.get(slotName(o.slot))
    if (under === undefined) throw missing('masterKey')
    const load = (name: WorkingKeyName, { cryptogram, kcv }: WorkingKeyCryptogram): KeyBlock => {
      const family = keyFamily(o.algorithm)
      const algorithm = family === 'des' ? algorithmOfLength(family, cryptogram.length) : o.algorithm
      const key = this.#unwrap(name, { under, cryptogram, algorithm: algorithm ?? o.algorithm })
      this.#requireCheckValue(key, kcv, name)
      return key
    }
    const keys = { pik: load('pik', o.pik), mak: load('mak', o.mak) }
    this.#workingKeys = o.tdk ? { ...keys, tdk: load('tdk', o.tdk) } : keys
  }

  /** The format defaults to the one the PIK implies: 0 for DES, `sm4` for SM4, 4 for AES. */
  encryptPin(pin: Sensitive<string>, pan: Sensitive<string>, format?: PinBlockFormat): Buffer {
    const key = this.#workingKey('pik')
    const implied = defaultPinBlockFormat(keyFamily(this.#module.describeKey(key).algorithm))
    return this.#module.encryptPinBlock({ key, format: format ?? implied, pin, pan })
  }

  computeMac(variant: MacVariant, data: Uint8Array): Buffer {
    return this.#module.computeMac({ key: this.#workingKey('mak'), variant, data })
  }

  verifyMac(variant: MacVariant, data: Uint8Array, mac: Uint8Array): boolean {
    return this.#module.verifyMac({ key: this.#workingKey('mak'), variant, data, mac })
  }

  encryptTrack(track: Sensitive<string>): Sensitive<string> {
    return this.#module.encryptTrack({ key: this.#workingKey('tdk'), track })
  }

  keysPresent(): { masterKeySlots: number[]; pik: boolean; mak: boolean; tdk: boolean } {
    const { pik, mak, tdk } = this.#workingKeys
    return {
      masterKeySlots: [...this.#masterKeys.keys()].map(Number).toSorted((a, b) => a - b),
      pik: pik !== undefined,
      mak: mak !== undefined,
      tdk: tdk !== undefined,
    }
  }

  eraseWorkingKeys(): void {
    this.#workingKeys = {}
  }

  exportState(): PinPadState {
    return { version: 1, masterKeys: Object.fromEntries(this.#masterKeys), workingKeys: { ...this.#workingKeys } }
  }

  /** Replaces all keys by those of `exportState`, or none. Fault SECURITY_PIN_PAD_STATE, also for another pad's state. */
  importState(state: unknown): void {
    const { masterKeys, workingKeys } = parsePinPadState(state)
    for (const [slot, key] of Object.entries(masterKeys)) this.#requireOwn(key, 'terminalMaster', `masterKeys.${slot}`)
    for (const name of ['pik', 'mak', 'tdk'] as const) {
      const key = workingKeys[name]
      if (key !== undefined) this.#requireOwn(key, usageOf[name], `workingKeys.${name}`)
    }
    this.#masterKeys.clear()
    for (const [slot, key] of Object.entries(masterKeys)) this.#masterKeys.set(slot, key)
    this.#workingKeys = { ...workingKeys }
  }

  #workingKey(name: WorkingKeyName): KeyBlock {
    const key = this.#workingKeys[name]
    if (key === undefined) throw missing(name)
    return key
  }

  /** Garbage may happen to be a weak key; the host's check value would not have matched it either. */
  #unwrap(
    name: WorkingKeyName,
    o: { readonly under: KeyBlock; readonly cryptogram: Uint8Array; readonly algorithm: KeyAlgorithm },
  ): KeyBlock {
    try {
      return this.#module.unwrapKey({ ...o, usage: usageOf[name] })
    } catch (cause) {
      if (cause instanceof Fault) throw new Fault(cause.code, `${name}: ${cause.message}`, { path: name, cause })
      throw cause
    }
  }

  #requireCheckValue(key: KeyBlock, expected: Uint8Array, path: string): void {
    const actual = this.#module.checkValue(key)
    const compared = actual.subarray(0, expected.length)
    if (expected.length < checkValueBytesMin || !compared.equals(expected)) {
      throw securityFault('SECURITY_KEY_CHECK', `the check value of ${path} does not match`, { path })
    }
  }

  #requireOwn(key: KeyBlock, usage: string, path: string): void {
    try {
      if (this.#module.describeKey(key).usage === usage) return
    } catch (cause) {
      if (cause instanceof Fault) throw unreadable(path, cause)
      throw cause
    }
    throw unreadable(path)
  }
}

function slotName(slot = 1): string {
  if (!Number.isInteger(slot) || slot < 1 || slot > 9) {
    throw securityFault('SECURITY_KEY_MISSING', 'a PIN pad has master key slots 1 to 9', { path: 'slot' })
  }
  return String(slot)
}

function missing(name: string): Fault {
  return securityFault('SECURITY_KEY_MISSING', `the PIN pad holds no ${name}`, { path: name })
}
