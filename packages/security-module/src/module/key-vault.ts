// The inner room of the software module: takes keys out of their blocks and puts them in, under the master key, and
// hands a key to an operation only when the key was made for it. Nothing outside src/module holds a vault.

import { assert } from '@shua/assert'
import { KeyBlockProtection, algorithmLetter, algorithmOfLetter } from '../key-block/key-block-protection.ts'
import { withOddParity, weakness } from '../key/des-key.ts'
import { keyAlgorithms, keyFamily, type KeyAlgorithm } from '../cipher/key-algorithm.ts'
import { KeyCache } from '../key/key-cache.ts'
import { requireKeyLength, requireStrongKey, requireUsableAlgorithm } from '../key/key-requirements.ts'
import {
  isModeOfUse,
  modeAllows,
  usageOfCode,
  usageRow,
  type Exportability,
  type KeyUsage,
  type ModeOfUse,
  type Operation,
} from '../key/key-usage.ts'
import { LoadedKey, type KeyAttributes } from '../key/loaded-key.ts'
import { securityFault } from '../security-fault.ts'
import { parseKeyBlock, type KeyBlock } from './key-block.ts'
import type { KeyKind } from './security-module.ts'

export class KeyVault {
  readonly #protection: KeyBlockProtection
  readonly #random: (size: number) => Buffer
  readonly #cache: KeyCache

  constructor(masterKey: Buffer, random: (size: number) => Buffer, keysMax: number) {
    requireKeyLength('aes256', masterKey.length)
    requireStrongKey('aes256', masterKey)
    this.#protection = new KeyBlockProtection('D', 'aes256', masterKey)
    this.#random = random
    this.#cache = new KeyCache(keysMax)
  }

  readonly random = (size: number): Buffer => {
    const bytes = this.#random(size)
    assert(bytes.length === size, 'the source of randomness gives as many bytes as asked for')
    return bytes
  }

  /** A key from outside: checked for length, algorithm and strength. */
  admit(kind: KeyKind, key: Uint8Array, restrictions: Partial<Pick<KeyAttributes, 'mode' | 'exportability'>> = {}) {
    requireKeyLength(kind.algorithm, key.length)
    requireUsableAlgorithm(kind.usage, kind.algorithm)
    requireStrongKey(kind.algorithm, key)
    const { mode, exportability } = usageRow(kind.usage)
    return this.#seal({ ...kind, mode, exportability, ...restrictions }, key)
  }

  /** A key derived from one of ours for a single transaction: its strength is its parent's, and it never leaves. */
  admitDerived(kind: KeyKind, key: Uint8Array): KeyBlock {
    requireUsableAlgorithm(kind.usage, kind.algorithm)
    return this.#seal({ ...kind, mode: usageRow(kind.usage).mode, exportability: 'N' }, key)
  }

  generate(kind: KeyKind): KeyBlock {
    const { keyBytes } = keyAlgorithms[kind.algorithm]
    const draw = (): Buffer => {
      const key = this.random(keyBytes)
      return keyFamily(kind.algorithm) === 'des' ? withOddParity(key) : key
    }
    let key = draw()
    // One in 2^52 DES keys is weak, so a second weak one in a row means that the randomness is broken: admit refuses it.
    if (weakness(kind.algorithm, key) !== undefined) key = draw()
    return this.admit(kind, key)
  }

  /** The key, for an operation it was made for. Fault SECURITY_KEY_USAGE otherwise. */
  use(block: KeyBlock, usage: KeyUsage, operation: Operation): LoadedKey {
    const key = this.look(block)
    const { attributes } = key
    if (attributes.usage !== usage) {
      throw securityFault('SECURITY_KEY_USAGE', `expected a ${usage} key, got a ${attributes.usage} key`, {
        details: { expected: usage, actual: attributes.usage },
      })
    }
    if (!modeAllows(attributes.mode, operation)) {
      throw securityFault('SECURITY_KEY_USAGE', `this ${usage} key is not allowed to ${operation}`, {
        details: { usage, operation, mode: attributes.mode },
      })
    }
    return key
  }

  /** The key for looking at its attributes and check value only. */
  look(block: KeyBlock): LoadedKey {
    return this.#cache.get(block, this.#unseal)
  }

  #seal(attributes: KeyAttributes, key: Uint8Array): KeyBlock {
    const { usage, algorithm, mode, exportability } = attributes
    const { code } = usageRow(usage)
    const header = {
      version: 'D',
      usage: code,
      algorithm: algorithmLetter(algorithm),
      mode,
      keyVersion: '00',
      exportability,
      optionalBlocks: [],
    } as const
    return parseKeyBlock(this.#protection.wrap(header, key, this.random(this.#protection.paddingBytes(key.length))))
  }

  readonly #unseal = (text: string): LoadedKey => {
    const { header, key } = this.#protection.unwrap(parseKeyBlock(text))
    const attributes = attributesOf(header, key.length)
    // The MAC was right, so the module itself wrote these attributes.
    assert(attributes !== undefined, 'the module reads every key block it writes')
    return new LoadedKey(attributes, key)
  }
}

/** What a header says about its key, or undefined when this module has no use for such a key. */
export function attributesOf(
  header: { usage: string; algorithm: string; mode: string; exportability: string },
  keyBytes: number,
): KeyAttributes | undefined {
  const usage = usageOfCode(header.usage)
  const algorithm: KeyAlgorithm | undefined = algorithmOfLetter(header.algorithm, keyBytes)
  const { mode, exportability } = header
  if (!usage || !algorithm || !isModeOfUse(mode) || !isExportability(exportability)) return undefined
  return { usage, algorithm, mode: mode satisfies ModeOfUse, exportability }
}

function isExportability(text: string): text is Exportability {
  return text === 'E' || text === 'N' || text === 'S'
}
