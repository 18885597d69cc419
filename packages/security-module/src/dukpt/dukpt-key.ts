// The DUKPT key of one transaction and purpose, by the method that the base key's algorithm implies.

import { assert } from '@shua/assert'
import type { KeyAlgorithm } from '../cipher/key-algorithm.ts'
import type { KeyUsage } from '../key/key-usage.ts'
import { securityFault } from '../security-fault.ts'
import { aesPurposeKey, aesTransactionKey, type DukptKeyAlgorithm } from './aes-dukpt.ts'
import type { DukptPurpose } from './dukpt-purpose.ts'
import { tdesPurposeKey, tdesTransactionKey } from './tdes-dukpt.ts'

const usageOfPurpose: Record<DukptPurpose, KeyUsage> = {
  pin: 'pin',
  macRequest: 'mac',
  macResponse: 'mac',
  dataRequest: 'dataEncryption',
  dataResponse: 'dataEncryption',
}

export function dukptKey(
  baseAlgorithm: KeyAlgorithm,
  baseKey: Buffer,
  transaction: { readonly ksn: Uint8Array; readonly purpose: DukptPurpose; readonly algorithm?: DukptKeyAlgorithm },
): { usage: KeyUsage; algorithm: KeyAlgorithm; key: Buffer } {
  const { ksn, purpose, algorithm } = transaction
  const usage = usageOfPurpose[purpose]
  if (baseAlgorithm === 'tdes2') {
    if (algorithm !== undefined && algorithm !== 'tdes2') {
      throw securityFault('SECURITY_KEY_ALGORITHM', `a TDES base key derives double-length DES keys, not ${algorithm}`)
    }
    return { usage, algorithm: 'tdes2', key: tdesPurposeKey(tdesTransactionKey(baseKey, ksn), purpose) }
  }
  assert(
    baseAlgorithm === 'aes128' || baseAlgorithm === 'aes192' || baseAlgorithm === 'aes256',
    'a DUKPT base key is TDES or AES',
  )
  const keyAlgorithm = algorithm ?? baseAlgorithm
  const transactionKey = aesTransactionKey(baseAlgorithm, baseKey, ksn)
  const key = aesPurposeKey(baseAlgorithm, transactionKey, { ksn, purpose, keyAlgorithm })
  return { usage, algorithm: keyAlgorithm, key }
}
