// The security module in software: keys under an AES-256 master key, cryptography from node:crypto. Acquirer, switch,
// issuer and terminals call it several times per payment, so keys taken out of their blocks are kept (bounded).

import { createHmac, timingSafeEqual } from 'node:crypto'
import { Sensitive } from '@shua/card-data'
import { cardVerificationValue } from '../card-verification/card-verification-value.ts'
import { deriveCardKey } from '../card-verification/card-key.ts'
import { cvc3, dynamicCvv } from '../card-verification/dynamic-card-verification.ts'
import { dukptKey } from '../dukpt/dukpt-key.ts'
import { algorithmLetter } from '../key-block/key-block-protection.ts'
import { combineComponents } from '../key/key-components.ts'
import { keyCheckValue } from '../key/key-check-value.ts'
import { requireKeyLength } from '../key/key-requirements.ts'
import { usageRow } from '../key/key-usage.ts'
import type { LoadedKey } from '../key/loaded-key.ts'
import { terminalMac } from '../mac/terminal-mac.ts'
import {
  decipherPinBlock,
  encipherPinBlock,
  requireTranslation,
  type PinBlockFormat,
} from '../pin/encrypted-pin-block.ts'
import { pinOffset, pinOfOffset, pinVerificationValue } from '../pin/pin-verification.ts'
import { securityFault } from '../security-fault.ts'
import { decipherTrack, encipherTrack } from '../track/track-encryption.ts'
import { decryptWholeBlocks, encryptWholeBlocks } from './data-encryption.ts'
import { attributesOf, KeyVault } from './key-vault.ts'
import { iso9797Mac } from './iso9797-method.ts'
import { foreignVersion, requireExport, requireSameFamily, requireTerminalKey } from './key-transfer.ts'
import { readOrCreateMasterKey } from './master-key-file.ts'
import { revealPan, revealPin } from './revealed-card-data.ts'
import { openSealedValue, sealNonceBytes, sealValue, type SealCipher } from './sealed-value.ts'
import type { KeyBlock } from './key-block.ts'
import type { PinCheck, SecurityModule } from './security-module.ts'

type Options<Name extends keyof SecurityModule> = Parameters<SecurityModule[Name]>[0]

const keysInUseMax = 10_000

export class SoftwareSecurityModule implements SecurityModule {
  readonly #vault: KeyVault
  /** Acquirer and issuer ask for the hash of the same card in one payment; it is forgotten with the card number. */
  readonly #hashes = new WeakMap<Sensitive<string>, { readonly key: KeyBlock; readonly hash: Buffer }>()

  private constructor(vault: KeyVault) {
    this.#vault = vault
  }

  /** Faults: SECURITY_MASTER_KEY_FILE, SECURITY_MASTER_KEY_PERMISSIONS, SECURITY_KEY_WEAK. */
  static async open(options: {
    readonly masterKeyFile: string
    readonly random: (size: number) => Buffer
    readonly keysInUseMax?: number
  }): Promise<SoftwareSecurityModule> {
    const masterKey = await readOrCreateMasterKey(options.masterKeyFile, options.random)
    return SoftwareSecurityModule.withMasterKey(masterKey, options.random, options)
  }

  /** The master key may come from components, see `combineComponents`. */
  static withMasterKey(
    masterKey: Sensitive<Buffer>,
    random: (size: number) => Buffer,
    options: { readonly keysInUseMax?: number } = {},
  ): SoftwareSecurityModule {
    const vault = new KeyVault(masterKey.reveal(), random, options.keysInUseMax ?? keysInUseMax)
    return new SoftwareSecurityModule(vault)
  }

  importKey({ key, ...kind }: Options<'importKey'>): KeyBlock {
    return this.#vault.admit(kind, key.reveal())
  }

  importComponents({ usage, algorithm, ...parts }: Options<'importComponents'>): KeyBlock {
    return this.#vault.admit({ usage, algorithm }, combineComponents({ algorithm, ...parts }).reveal())
  }

  generateKey(kind: Options<'generateKey'>): KeyBlock {
    return this.#vault.generate(kind)
  }

  describeKey(key: KeyBlock) {
    return { ...this.#vault.look(key).attributes }
  }

  checkValue(key: KeyBlock): Buffer {
    return keyCheckValue(this.#vault.look(key).cipher)
  }

  wrapKey({ under, key }: Options<'wrapKey'>): Buffer {
    const wrapping = this.#vault.use(under, 'terminalMaster', 'encipher')
    const wrapped = this.#vault.look(key)
    requireExport(wrapped, ['S'])
    // A partner's key block may permit more than its usage does here.
    requireTerminalKey(wrapped.attributes.usage)
    requireSameFamily(wrapping.attributes.algorithm, wrapped.attributes.algorithm)
    return wrapping.cipher.encrypt(wrapped.bytes())
  }

  unwrapKey({ under, cryptogram, usage, algorithm }: Options<'unwrapKey'>): KeyBlock {
    const wrapping = this.#vault.use(under, 'terminalMaster', 'decipher')
    requireTerminalKey(usage)
    requireKeyLength(algorithm, cryptogram.length)
    requireSameFamily(wrapping.attributes.algorithm, algorithm)
    return this.#vault.admit({ usage, algorithm }, wrapping.cipher.decrypt(cryptogram))
  }

  exportKeyBlock({ under, key, version }: Options<'exportKeyBlock'>): string {
    const protection = this.#vault.use(under, 'keyBlockProtection', 'encipher').protection(version)
    const exported = this.#vault.look(key)
    requireExport(exported, ['E', 'S'])
    const { usage, algorithm, mode, exportability } = exported.attributes
    const header = { version, usage: usageRow(usage).code, algorithm: algorithmLetter(algorithm), mode, exportability }
    const padding = this.#vault.random(protection.paddingBytes(exported.bytes().length))
    return protection.wrap({ ...header, keyVersion: '00', optionalBlocks: [] }, exported.bytes(), padding)
  }

  importKeyBlock({ under, block }: Options<'importKeyBlock'>): KeyBlock {
    const protection = this.#vault.use(under, 'keyBlockProtection', 'decipher').protection(foreignVersion(block))
    const { header, key } = protection.unwrap(block)
    const attributes = attributesOf(header, key.length)
    if (!attributes) {
      throw securityFault('SECURITY_KEY_USAGE', 'the module has no use for a key with these attributes', {
        details: { usage: header.usage, algorithm: header.algorithm, mode: header.mode },
      })
    }
    return this.#vault.admit(attributes, key, attributes)
  }

  computeMac({ key, variant, data }: Options<'computeMac'>): Buffer {
    return terminalMac(this.#vault.use(key, 'mac', 'generate').cipher, variant, data)
  }

  verifyMac({ key, variant, data, mac }: Options<'verifyMac'>): boolean {
    const expected = terminalMac(this.#vault.use(key, 'mac', 'verify').cipher, variant, data)
    return mac.length === expected.length && timingSafeEqual(mac, expected)
  }

  computeIso9797Mac({ key, method, data }: Options<'computeIso9797Mac'>): Buffer {
    return iso9797Mac(this.#vault.use(key, 'mac', 'generate'), method, data)
  }

  verifyIso9797Mac({ key, method, data, mac }: Options<'verifyIso9797Mac'>): boolean {
    const expected = iso9797Mac(this.#vault.use(key, 'mac', 'verify'), method, data)
    return mac.length === expected.length && timingSafeEqual(mac, expected)
  }

  encryptPinBlock({ key, format, pin, pan }: Options<'encryptPinBlock'>): Buffer {
    const { cipher } = this.#vault.use(key, 'pin', 'encipher')
    return encipherPinBlock(cipher, format, { pin: revealPin(pin), pan: revealPan(pan), random: this.#vault.random })
  }

  translatePinBlock({ from, to, block, pan }: Options<'translatePinBlock'>): Buffer {
    requireTranslation(from.format, to.format)
    const clear = this.#pinIn(block, from.key, from.format, pan)
    const { cipher } = this.#vault.use(to.key, 'pin', 'encipher')
    if (clear === undefined) {
      throw securityFault('SECURITY_PIN_BLOCK', 'the PIN block is malformed under this key, format and PAN', {
        details: { format: from.format },
      })
    }
    return encipherPinBlock(cipher, to.format, { pin: clear, pan: revealPan(pan), random: this.#vault.random })
  }

  pinVerificationValue({ key, keyIndex, pin, pan }: Options<'pinVerificationValue'>): string {
    const { cipher } = this.#vault.use(key, 'pinVerification', 'generate')
    return pinVerificationValue(cipher, { keyIndex, pin: revealPin(pin), pan: revealPan(pan) })
  }

  verifyPin(o: Options<'verifyPin'>): PinCheck {
    const { cipher } = this.#vault.use(o.pvvKey, 'pinVerification', 'verify')
    const pin = this.#pinIn(o.block, o.pinKey, o.format, o.pan)
    if (pin === undefined) return 'malformed'
    const expected = pinVerificationValue(cipher, { keyIndex: o.pvvKeyIndex, pin, pan: revealPan(o.pan) })
    return sameDigits(expected, o.pvv) ? 'right' : 'wrong'
  }

  pinOffset({ key, pin, pan, parameters }: Options<'pinOffset'>): string {
    const { cipher } = this.#vault.use(key, 'pinOffset', 'generate')
    return pinOffset(cipher, { pin: revealPin(pin), pan: revealPan(pan), parameters })
  }

  verifyPinOffset(o: Options<'verifyPinOffset'>): PinCheck {
    const { cipher } = this.#vault.use(o.offsetKey, 'pinOffset', 'verify')
    const pin = this.#pinIn(o.block, o.pinKey, o.format, o.pan)
    if (pin === undefined) return 'malformed'
    const expected = pinOfOffset(cipher, { offset: o.offset, pan: revealPan(o.pan), parameters: o.parameters })
    return sameDigits(expected, pin) ? 'right' : 'wrong'
  }

  encryptTrack({ key, track }: Options<'encryptTrack'>): Sensitive<string> {
    return new Sensitive(encipherTrack(this.#vault.use(key, 'track', 'encipher').cipher, track.reveal()))
  }

  decryptTrack({ key, track }: Options<'decryptTrack'>): Sensitive<string> {
    return new Sensitive(decipherTrack(this.#vault.use(key, 'track', 'decipher').cipher, track.reveal()))
  }

  cardVerificationValue({ key, pan, ...rest }: Options<'cardVerificationValue'>): string {
    const { cipher } = this.#vault.use(key, 'cardVerification', 'generate')
    return cardVerificationValue(cipher, { pan: revealPan(pan), ...rest })
  }

  dynamicCardVerificationValue(o: Options<'dynamicCardVerificationValue'>): string {
    const pan = revealPan(o.pan)
    const master = this.#vault.use(o.key, 'cardDynamicNumber', 'derive').cipher
    const { expiry, serviceCode, counter } = o
    return dynamicCvv(deriveCardKey(master, { ...o, pan }), { pan, expiry, serviceCode, counter })
  }

  cardVerificationCode3(o: Options<'cardVerificationCode3'>): string {
    const master = this.#vault.use(o.key, 'cardDynamicNumber', 'derive').cipher
    return cvc3(deriveCardKey(master, { ...o, pan: revealPan(o.pan) }), { ...o, trackData: o.trackData.reveal() })
  }

  deriveDukptKey({ base, ...transaction }: Options<'deriveDukptKey'>): KeyBlock {
    const key = this.#vault.use(base, 'dukptBase', 'derive')
    const derived = dukptKey(key.attributes.algorithm, key.bytes(), transaction)
    return this.#vault.admitDerived(derived, derived.key)
  }

  encryptData({ key, iv, data }: Options<'encryptData'>): Buffer {
    return encryptWholeBlocks(this.#vault.use(key, 'dataEncryption', 'encipher').cipher, iv, data)
  }

  decryptData({ key, iv, data }: Options<'decryptData'>): Sensitive<Buffer> {
    return new Sensitive(decryptWholeBlocks(this.#vault.use(key, 'dataEncryption', 'decipher').cipher, iv, data))
  }

  hashPan({ key, pan }: Options<'hashPan'>): Buffer {
    const known = this.#hashes.get(pan)
    if (known?.key === key) return known.hash
    const { bytes } = this.#rawKey(this.#vault.use(key, 'panHash', 'generate'))
    const hash = createHmac('sha256', bytes).update(revealPan(pan), 'latin1').digest()
    this.#hashes.set(pan, { key, hash })
    return hash
  }

  seal({ key, value, context }: Options<'seal'>): Buffer {
    const { cipher, bytes } = this.#rawKey(this.#vault.use(key, 'dataEncryption', 'encipher'))
    return sealValue({ cipher, key: bytes, context }, value, this.#vault.random(sealNonceBytes))
  }

  open({ key, sealed, context }: Options<'open'>): Sensitive<string> {
    const { cipher, bytes } = this.#rawKey(this.#vault.use(key, 'dataEncryption', 'decipher'))
    return openSealedValue({ cipher, key: bytes, context }, sealed)
  }

  /** The PIN inside a block, or undefined when it is malformed. It never leaves this class. */
  #pinIn(block: Uint8Array, key: KeyBlock, format: PinBlockFormat, pan: Sensitive<string>): string | undefined {
    return decipherPinBlock(this.#vault.use(key, 'pin', 'decipher').cipher, format, { block, pan: revealPan(pan) })
  }

  #rawKey(key: LoadedKey): { cipher: SealCipher; bytes: Buffer } {
    const { algorithm } = key.attributes
    if (algorithm !== 'aes128' && algorithm !== 'aes192' && algorithm !== 'aes256') {
      throw securityFault('SECURITY_KEY_ALGORITHM', `values are sealed with AES, not with a ${algorithm} key`)
    }
    return { cipher: `aes-${algorithm.slice(3) as '128' | '192' | '256'}-gcm`, bytes: key.bytes() }
  }
}

/** Equal length is no secret, equal digits are. */
function sameDigits(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1')]
  return left.length === right.length && timingSafeEqual(left, right)
}
