// Keys that arrive in parts held by different people: each part alone says nothing about the key, their exclusive-or is
// the key. Each part carries a check value, so that a typing error is found at the part it is in.

import { Sensitive } from '@shua/card-data'
import { BlockCipher } from '../cipher/block-cipher.ts'
import type { KeyAlgorithm } from '../cipher/key-algorithm.ts'
import { xor } from '../cipher/xor.ts'
import { securityFault } from '../security-fault.ts'
import { keyCheckValue, matchesCheckValue } from './key-check-value.ts'
import { requireKeyLength } from './key-requirements.ts'

export interface KeyComponents {
  readonly algorithm: KeyAlgorithm
  /** Two or three, each as long as the key. */
  readonly components: readonly Sensitive<Buffer>[]
  /** One for each component, three bytes or more of it. */
  readonly checkValues?: readonly Uint8Array[]
  /** Of the combined key. */
  readonly checkValue?: Uint8Array
}

/** Faults: SECURITY_KEY_COMPONENTS, SECURITY_KEY_LENGTH, SECURITY_KEY_CHECK (its path names the component). */
export function combineComponents(options: KeyComponents): Sensitive<Buffer> {
  const { algorithm, components, checkValues, checkValue } = options
  if (components.length < 2 || components.length > 3) {
    throw securityFault('SECURITY_KEY_COMPONENTS', `a key has two or three components, got ${components.length}`)
  }
  if (checkValues && checkValues.length !== components.length) {
    throw securityFault('SECURITY_KEY_COMPONENTS', 'there is one check value for each component')
  }
  components.forEach((component, index) => {
    requireKeyLength(algorithm, component.reveal().length)
    const expected = checkValues?.[index]
    if (expected) requireCheckValue(algorithm, component.reveal(), { expected, path: `components.${index}` })
  })
  const key = components.map((component) => component.reveal()).reduce((a, b) => xor(a, b))
  if (checkValue) requireCheckValue(algorithm, key, { expected: checkValue, path: 'checkValue' })
  return new Sensitive(key)
}

/** The full check value of one component or of a clear key; custodians compare its first bytes. */
export function componentCheckValue(algorithm: KeyAlgorithm, component: Sensitive<Buffer>): Buffer {
  requireKeyLength(algorithm, component.reveal().length)
  return keyCheckValue(new BlockCipher(algorithm, component.reveal()))
}

function requireCheckValue(
  algorithm: KeyAlgorithm,
  key: Uint8Array,
  { expected, path }: { expected: Uint8Array; path: string },
): void {
  if (!matchesCheckValue(new BlockCipher(algorithm, key), expected)) {
    throw securityFault('SECURITY_KEY_CHECK', 'the check value does not match', { path })
  }
}
