// Runs an ISO/IEC 9797-1 method with a loaded key and cuts the MAC to the length the protocol wants.

import { keyFamily } from '../cipher/key-algorithm.ts'
import type { LoadedKey } from '../key/loaded-key.ts'
import { cbcMac, retailMac } from '../mac/iso9797.ts'
import { pad } from '../mac/padding.ts'
import { securityFault } from '../security-fault.ts'
import type { Iso9797Method } from './security-module.ts'

const macBytesMin = 4

export function iso9797Mac(key: LoadedKey, method: Iso9797Method, data: Uint8Array): Buffer {
  const { cipher } = key
  if (!(method.macBytes >= macBytesMin && method.macBytes <= cipher.blockBytes)) {
    throw securityFault('SECURITY_DATA_LENGTH', `a MAC has ${macBytesMin} to ${cipher.blockBytes} bytes`)
  }
  return fullMac(key, method, data).subarray(0, method.macBytes)
}

function fullMac({ cipher, cmac }: LoadedKey, method: Iso9797Method, data: Uint8Array): Buffer {
  if (method.algorithm === 5) return cmac.compute(data)
  const padded = pad(data, cipher.blockBytes, method.padding)
  if (method.algorithm === 1) return cbcMac(cipher, padded)
  if (cipher.algorithm !== 'tdes2') {
    throw securityFault(
      'SECURITY_KEY_ALGORITHM',
      `MAC algorithm 3 takes a double-length DES key, not ${keyFamily(cipher.algorithm)}`,
    )
  }
  return retailMac(cipher.part(0), cipher.part(1), padded)
}
