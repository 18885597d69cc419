// Working keys on either side of the kit: opened from a sign-on answer when it plays the terminal, made for one when it plays the
// host (terminal-protocol §3.2 to §3.7). The arithmetic is the security module's; lengths, order and check values are judged here.

import { Fault } from '@shua/assert'
import { Sensitive } from '@shua/card-data'
import type { TerminalProfile } from '@shua/scheme'
import type { KeyBlock, KeyUsage, SecurityModule } from '@shua/security-module'
import type { CertificationProfile } from '../profile/certification-profile.ts'

const keyBytes = 16
const halfMacBytes = 8

interface Keys {
  readonly pin: KeyBlock
  readonly mac: KeyBlock
  readonly track: KeyBlock | undefined
}

export function masterKeyOf(module: SecurityModule, profile: CertificationProfile): KeyBlock {
  const parts = profile.masterKey
  if (parts === undefined) {
    throw new Fault('CERTIFICATION_KEYS', 'the profile has no terminal master key; name a file with --keys')
  }
  const kind = { usage: 'terminalMaster', algorithm: profile.crypto.keySet.algorithm } as const
  const [only, ...others] = parts
  const key =
    only !== undefined && others.length === 0
      ? module.importKey({ ...kind, key: only })
      : module.importComponents({ ...kind, components: parts })
  const expected = profile.masterKeyCheckValue
  if (expected !== undefined && !module.checkValue(key).subarray(0, expected.length).equals(expected)) {
    throw new Fault('CERTIFICATION_KEYS', 'the components do not make the master key of the check value')
  }
  return key
}

export class WorkingKeys {
  readonly #module: SecurityModule
  readonly #profile: TerminalProfile
  readonly #keys: Keys

  private constructor(module: SecurityModule, profile: TerminalProfile, keys: Keys) {
    this.#module = module
    this.#profile = profile
    this.#keys = keys
  }

  /** Throws Fault CERTIFICATION_KEYS saying what of DE 62 is wrong. */
  static open(o: {
    readonly module: SecurityModule
    readonly profile: TerminalProfile
    readonly under: KeyBlock
    readonly block: Uint8Array
    readonly withTrackKey: boolean
  }): WorkingKeys {
    const { module, profile, under } = o
    const { algorithm, mak, checkValueBytes } = profile.keySet
    const partBytes = keyBytes + checkValueBytes
    const wanted = partBytes * (o.withTrackKey ? 3 : 2)
    if (o.block.length !== wanted) {
      throw new Fault('CERTIFICATION_KEYS', `DE 62 has ${o.block.length} bytes, not ${wanted}`, { path: '62' })
    }
    const part = (index: number, name: string, usage: KeyUsage): KeyBlock => {
      const place = Buffer.from(o.block.subarray(index * partBytes, (index + 1) * partBytes))
      const half = usage === 'mac' && mak === 'half'
      if (half && place.subarray(halfMacBytes, keyBytes).some((byte) => byte !== 0)) {
        throw new Fault('CERTIFICATION_KEYS', 'the second half of the MAK is not zero', { path: '62' })
      }
      const cryptogram = place.subarray(0, half ? halfMacBytes : keyBytes)
      const key = module.unwrapKey({ under, cryptogram, usage, algorithm: half ? 'des' : algorithm })
      if (!module.checkValue(key).subarray(0, checkValueBytes).equals(place.subarray(keyBytes))) {
        throw new Fault('CERTIFICATION_KEYS', `the check value of the ${name} is wrong`, { path: '62' })
      }
      return key
    }
    const keys = {
      pin: part(0, 'PIK', 'pin'),
      mac: part(1, 'MAK', 'mac'),
      track: o.withTrackKey ? part(2, 'TDK', 'track') : undefined,
    }
    return new WorkingKeys(module, profile, keys)
  }

  /** Fresh keys and their DE 62. */
  static make(o: {
    readonly module: SecurityModule
    readonly profile: TerminalProfile
    readonly under: KeyBlock
    readonly withTrackKey: boolean
  }): { keys: WorkingKeys; block: Buffer } {
    const { module, profile, under } = o
    const { algorithm, mak, checkValueBytes } = profile.keySet
    const made = (usage: KeyUsage): { key: KeyBlock; part: Buffer } => {
      const key = module.generateKey({ usage, algorithm: usage === 'mac' && mak === 'half' ? 'des' : algorithm })
      const cryptogram = module.wrapKey({ under, key })
      const filler = Buffer.alloc(keyBytes - cryptogram.length)
      return { key, part: Buffer.concat([cryptogram, filler, module.checkValue(key).subarray(0, checkValueBytes)]) }
    }
    const [pin, mac, track] = [made('pin'), made('mac'), o.withTrackKey ? made('track') : undefined]
    return {
      keys: new WorkingKeys(module, profile, { pin: pin.key, mac: mac.key, track: track?.key }),
      block: Buffer.concat([pin.part, mac.part, ...(track ? [track.part] : [])]),
    }
  }

  get hasTrackKey(): boolean {
    return this.#keys.track !== undefined
  }

  /** The check values, which tell keys apart without telling the keys. */
  get identity(): string {
    return [this.#keys.pin, this.#keys.mac].map((key) => this.#module.checkValue(key).toString('hex')).join('')
  }

  pinBlock(pin: Sensitive<string>, pan: Sensitive<string>): Buffer {
    return this.#module.encryptPinBlock({ key: this.#keys.pin, format: this.#profile.pinFormat, pin, pan })
  }

  /** Whether a PIN block opens under the PIK in the profile's form for this card. */
  pinBlockOpens(block: Uint8Array, pan: Sensitive<string>): boolean {
    const side = { key: this.#keys.pin, format: this.#profile.pinFormat }
    try {
      this.#module.translatePinBlock({ from: side, to: side, block, pan })
      return true
    } catch (error) {
      if (error instanceof Fault) return false
      throw error
    }
  }

  mac(data: Uint8Array): Buffer {
    return this.#module.computeMac({ key: this.#keys.mac, variant: this.#profile.macVariant, data })
  }

  macIsRight(data: Uint8Array, mac: Uint8Array): boolean {
    return this.#module.verifyMac({ key: this.#keys.mac, variant: this.#profile.macVariant, data, mac })
  }

  encryptTrack(track: Sensitive<string>): Sensitive<string> {
    return this.#keys.track === undefined ? track : this.#module.encryptTrack({ key: this.#keys.track, track })
  }

  /** DE 35 as it came; undefined when it does not decrypt to a track. */
  decryptTrack(text: string): Sensitive<string> | undefined {
    if (this.#keys.track === undefined) return undefined
    try {
      return this.#module.decryptTrack({ key: this.#keys.track, track: new Sensitive(text) })
    } catch (error) {
      if (error instanceof Fault) return undefined
      throw error
    }
  }
}
