// The rules for keys that cross the module's border under another key.

import { keyFamily, type KeyAlgorithm } from '../cipher/key-algorithm.ts'
import type { KeyBlockVersion } from '../key-block/key-block-protection.ts'
import { terminalKeyUsages, type Exportability, type KeyUsage } from '../key/key-usage.ts'
import type { LoadedKey } from '../key/loaded-key.ts'
import { securityFault } from '../security-fault.ts'

export function requireExport(key: LoadedKey, allowed: readonly Exportability[]): void {
  const { usage, exportability } = key.attributes
  if (!allowed.includes(exportability)) {
    throw securityFault('SECURITY_KEY_EXPORT', `this ${usage} key does not leave in this form`, {
      details: { usage, exportability },
    })
  }
}

/** A bare cryptogram says nothing about its key, so only the kinds that terminals exchange travel as one. */
export function requireTerminalKey(usage: KeyUsage): void {
  if (!terminalKeyUsages.includes(usage)) {
    throw securityFault('SECURITY_KEY_USAGE', `a ${usage} key does not travel as a bare cryptogram`, {
      details: { expected: terminalKeyUsages, actual: usage },
    })
  }
}

export function requireSameFamily(under: KeyAlgorithm, wrapped: KeyAlgorithm): void {
  if (keyFamily(under) !== keyFamily(wrapped)) {
    throw securityFault('SECURITY_KEY_ALGORITHM', `a ${wrapped} key is not wrapped under a ${under} key`, {
      details: { under, wrapped },
    })
  }
}

export function foreignVersion(block: string): KeyBlockVersion {
  const version = block[0]
  if (version === 'A' || version === 'B' || version === 'C' || version === 'D' || version === 'E') return version
  throw securityFault('SECURITY_KEY_BLOCK', 'a key block begins with its version, A to E', { path: 'header.version' })
}
