// Wraps keys into key blocks and takes them out again (ANSI X9.143 / TR-31:2018, ISO 20038 for version E).
// A and C bind with variants of the protection key, B derives TDES keys, D and E derive AES keys from it. The module
// keeps its own keys in version D, writes B and D for others, and reads all of them.

import { timingSafeEqual } from 'node:crypto'
import { assert } from '@shua/assert'
import { BlockCipher } from '../cipher/block-cipher.ts'
import { algorithmOfLength, keyFamily, type KeyAlgorithm } from '../cipher/key-algorithm.ts'
import { Cmac } from '../mac/cmac.ts'
import { cbcMac } from '../mac/iso9797.ts'
import { securityFault } from '../security-fault.ts'
import {
  formatKeyBlockHeader,
  keyBlockCharsMax,
  parseKeyBlockHeader,
  type KeyBlockHeader,
  type KeyBlockVersion,
} from './key-block-header.ts'

export type { KeyBlockHeader, KeyBlockVersion, OptionalBlock } from './key-block-header.ts'

interface VersionRow {
  readonly family: 'des' | 'aes'
  readonly macBytes: 4 | 8 | 16
  readonly binding: 'variant' | 'derivation'
  readonly chaining: 'cbc' | 'ctr'
}

const versions: Record<KeyBlockVersion, VersionRow> = {
  A: { family: 'des', macBytes: 4, binding: 'variant', chaining: 'cbc' },
  B: { family: 'des', macBytes: 8, binding: 'derivation', chaining: 'cbc' },
  C: { family: 'des', macBytes: 4, binding: 'variant', chaining: 'cbc' },
  D: { family: 'aes', macBytes: 16, binding: 'derivation', chaining: 'cbc' },
  E: { family: 'aes', macBytes: 16, binding: 'derivation', chaining: 'ctr' },
}

const lengthBytes = 2

export class KeyBlockProtection {
  readonly #version: KeyBlockVersion
  readonly #row: VersionRow
  readonly #encryption: BlockCipher
  readonly #authentication: BlockCipher
  readonly #cmac: Cmac

  /** Fault SECURITY_KEY_ALGORITHM when the protection key is not of the version's family. */
  constructor(version: KeyBlockVersion, algorithm: KeyAlgorithm, key: Uint8Array) {
    this.#version = version
    this.#row = versions[version]
    if (keyFamily(algorithm) !== this.#row.family || algorithm === 'des') {
      throw securityFault(
        'SECURITY_KEY_ALGORITHM',
        `key block version ${version} is not protected by a ${algorithm} key`,
      )
    }
    const { encryption, authentication } = protectionKeys(version, algorithm, key)
    this.#encryption = new BlockCipher(algorithm, encryption)
    this.#authentication = new BlockCipher(algorithm, authentication)
    this.#cmac = new Cmac(this.#authentication)
  }

  /** Bytes of random filling that bring a key of this length to whole blocks. */
  paddingBytes(keyBytes: number): number {
    if (this.#row.chaining === 'ctr') return 0
    const { blockBytes } = this.#encryption
    return (blockBytes - ((lengthBytes + keyBytes) % blockBytes)) % blockBytes
  }

  wrap(header: KeyBlockHeader, key: Uint8Array, padding: Uint8Array): string {
    assert(header.version === this.#version, 'a key block has the version of its protection')
    const { blockBytes } = this.#encryption
    const clear = Buffer.concat([Buffer.alloc(lengthBytes), key, padding])
    clear.writeUInt16BE(key.length * 8)
    assert(this.#row.chaining === 'ctr' || clear.length % blockBytes === 0, 'the padded key is whole blocks')
    const headerChars = formatKeyBlockHeader(header, 0).length
    const totalChars = headerChars + (clear.length + this.#row.macBytes) * 2
    assert(headerChars % blockBytes === 0 && totalChars <= keyBlockCharsMax, 'the header is whole blocks')
    const text = formatKeyBlockHeader(header, totalChars)
    const { enciphered, mac } = this.#protect(text, clear)
    return text + Buffer.concat([enciphered, mac]).toString('hex').toUpperCase()
  }

  /** Fault SECURITY_KEY_BLOCK on anything that is not exactly a block made with this protection key. */
  unwrap(text: string): { header: KeyBlockHeader; key: Buffer } {
    const { header, payloadStart } = parseKeyBlockHeader(text)
    if (header.version !== this.#version) throw refused(`expected version ${this.#version}`, 'header.version')
    const hex = text.slice(payloadStart)
    const { blockBytes } = this.#encryption
    const encipheredBytes = hex.length / 2 - this.#row.macBytes
    const whole = this.#row.chaining === 'ctr' || encipheredBytes % blockBytes === 0
    if (
      payloadStart % blockBytes !== 0 ||
      !whole ||
      encipheredBytes <= lengthBytes ||
      !/^(?:[0-9A-F]{2})+$/.test(hex)
    ) {
      throw refused('the enciphered part is not whole blocks of upper-case hex', 'key')
    }
    const payload = Buffer.from(hex, 'hex')
    const mac = payload.subarray(encipheredBytes)
    const clear = this.#open(text.slice(0, payloadStart), payload.subarray(0, encipheredBytes), mac)
    return { header, key: keyOf(clear) }
  }

  #protect(header: string, clear: Buffer): { enciphered: Buffer; mac: Buffer } {
    const headerBytes = Buffer.from(header, 'latin1')
    if (this.#row.binding === 'variant') {
      const enciphered = this.#encryption.encryptCbc(headerBytes.subarray(0, 8), clear)
      return { enciphered, mac: this.#variantMac(headerBytes, enciphered) }
    }
    const mac = this.#cmac.compute(Buffer.concat([headerBytes, clear]))
    const enciphered =
      this.#row.chaining === 'ctr' ? this.#encryption.applyCtr(mac, clear) : this.#encryption.encryptCbc(mac, clear)
    return { enciphered, mac }
  }

  #open(header: string, enciphered: Buffer, mac: Buffer): Buffer {
    const headerBytes = Buffer.from(header, 'latin1')
    if (this.#row.binding === 'variant') {
      requireMac(this.#variantMac(headerBytes, enciphered), mac)
      return this.#encryption.decryptCbc(headerBytes.subarray(0, 8), enciphered)
    }
    const clear =
      this.#row.chaining === 'ctr'
        ? this.#encryption.applyCtr(mac, enciphered)
        : this.#encryption.decryptCbc(mac, enciphered)
    requireMac(this.#cmac.compute(Buffer.concat([headerBytes, clear])), mac)
    return clear
  }

  #variantMac(header: Buffer, enciphered: Buffer): Buffer {
    return cbcMac(this.#authentication, Buffer.concat([header, enciphered])).subarray(0, this.#row.macBytes)
  }
}

function requireMac(expected: Buffer, actual: Buffer): void {
  if (!timingSafeEqual(expected, actual)) throw refused('the MAC does not match', 'mac')
}

/** The key behind its length in bits; what follows is filling. */
function keyOf(clear: Buffer): Buffer {
  const bits = clear.readUInt16BE()
  const end = lengthBytes + bits / 8
  if (bits === 0 || bits % 8 !== 0 || end > clear.length) throw refused('the key length is impossible', 'key.length')
  return Buffer.from(clear.subarray(lengthBytes, end))
}

function refused(message: string, path: string) {
  return securityFault('SECURITY_KEY_BLOCK', message, { path })
}

/** The keys that encipher and authenticate, from the protection key. */
export function protectionKeys(
  version: KeyBlockVersion,
  algorithm: KeyAlgorithm,
  key: Uint8Array,
): { encryption: Buffer; authentication: Buffer } {
  const { binding, chaining } = versions[version]
  if (binding === 'variant') {
    return { encryption: Buffer.from(key.map((b) => b ^ 0x45)), authentication: Buffer.from(key.map((b) => b ^ 0x4d)) }
  }
  const cmac = new Cmac(new BlockCipher(algorithm, key))
  return {
    encryption: derive(cmac, algorithm, { keyBytes: key.length, purpose: chaining === 'ctr' ? 2 : 0 }),
    authentication: derive(cmac, algorithm, { keyBytes: key.length, purpose: 1 }),
  }
}

const derivationAlgorithm: Partial<Record<KeyAlgorithm, number>> = {
  tdes2: 0,
  tdes3: 1,
  aes128: 2,
  aes192: 3,
  aes256: 4,
}

/** CMAC in counter mode: counter, purpose (0 encipher, 1 authenticate, 2 counter mode), algorithm, length in bits. */
function derive(cmac: Cmac, algorithm: KeyAlgorithm, options: { keyBytes: number; purpose: number }): Buffer {
  const input = Buffer.alloc(8)
  input.writeUInt16BE(options.purpose, 1)
  input.writeUInt16BE(derivationAlgorithm[algorithm] ?? 0, 4)
  input.writeUInt16BE(options.keyBytes * 8, 6)
  const parts: Buffer[] = []
  for (let bytes = 0; bytes < options.keyBytes; bytes += parts.at(-1)!.length) {
    input[0] = parts.length + 1
    parts.push(cmac.compute(input))
  }
  return Buffer.concat(parts).subarray(0, options.keyBytes)
}

const algorithmLetters: Record<string, 'des' | 'aes' | 'sm4'> = { D: 'des', T: 'des', A: 'aes', '4': 'sm4' }

/** The letter of a key's algorithm in the header. */
export function algorithmLetter(algorithm: KeyAlgorithm): string {
  if (algorithm === 'des') return 'D'
  return { des: 'T', aes: 'A', sm4: '4' }[keyFamily(algorithm)]
}

/** The algorithm of a key from its letter and length, or undefined when the two contradict each other. */
export function algorithmOfLetter(letter: string, keyBytes: number): KeyAlgorithm | undefined {
  const family = Object.hasOwn(algorithmLetters, letter) ? algorithmLetters[letter] : undefined
  const algorithm = family && algorithmOfLength(family, keyBytes)
  return algorithm && algorithmLetter(algorithm) === letter ? algorithm : undefined
}
