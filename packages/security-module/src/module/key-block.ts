// The form in which a key leaves the module and is stored in databases: a TR-31 block of version D under the module's
// master key, as text. The type keeps other strings out; `parseKeyBlock` is how text read from storage becomes one.

import { securityFault } from '../security-fault.ts'

declare const keyBlockBrand: unique symbol

export type KeyBlock = string & { readonly [keyBlockBrand]: true }

/** Checks the shape only; the module checks the rest when the key is used. Fault SECURITY_KEY_BLOCK. */
export function parseKeyBlock(text: string): KeyBlock {
  if (!isKeyBlock(text)) throw securityFault('SECURITY_KEY_BLOCK', 'this is no key block of the security module')
  return text
}

function isKeyBlock(text: string): text is KeyBlock {
  return /^D\d{4}[A-Z0-9]{11}(?:[0-9A-F]{32}){2,}$/.test(text) && Number(text.slice(1, 5)) === text.length
}
