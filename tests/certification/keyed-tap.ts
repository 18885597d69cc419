// Somebody in the middle who knows the terminal master key: reads the working keys out of sign-on answers and can therefore change any
// message and make its MAC right again. The planted faults of hosts and terminals are built from it.

import { randomBytes } from 'node:crypto'
import { Sensitive } from '@shua/card-data'
import type { CertificationProfile } from '@shua/certification'
import { compileDialect, dialects, type Message } from '@shua/iso8583'
import { parseWorkingKeys } from '@shua/scheme'
import { SoftwareSecurityModule, type KeyBlock } from '@shua/security-module'

export class KeyedTap {
  readonly codec = compileDialect(dialects.unionpayPos)
  readonly #module = SoftwareSecurityModule.withMasterKey(new Sensitive(randomBytes(32)), (size) => randomBytes(size))
  readonly #profile: CertificationProfile
  readonly #under: KeyBlock
  #mac: KeyBlock | undefined

  constructor(profile: CertificationProfile) {
    const [key] = profile.masterKey ?? []
    if (key === undefined) throw new Error('the profile has a master key')
    this.#profile = profile
    this.#under = this.#module.importKey({ usage: 'terminalMaster', algorithm: 'tdes2', key })
  }

  read(payload: Buffer): Message {
    return this.codec.unpackPartly(payload).message
  }

  /** Looks at every answer; that of a sign-on brings the keys. */
  learn(answer: Message): void {
    const block = answer.bytes(62)
    if (answer.mti !== '0810' || answer.text('39') !== '00' || block === undefined) return
    if (!['003', '004'].includes(answer.text('60.3') ?? '')) return
    const { mak } = parseWorkingKeys(block, this.#profile.crypto)
    const { cryptogram } = mak
    this.#mac = this.#module.unwrapKey({ under: this.#under, cryptogram, usage: 'mac', algorithm: 'des' })
  }

  /** The message with a right MAC. */
  seal(message: Message): Buffer {
    if (this.#mac === undefined) throw new Error('the tap has seen no sign-on')
    message.set(64, new Uint8Array(8))
    const { data } = this.codec.macInput(this.codec.pack(message))
    const variant = this.#profile.crypto.macVariant
    return this.codec.pack(message.set(64, this.#module.computeMac({ key: this.#mac, variant, data })))
  }
}
