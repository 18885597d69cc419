// CBC over whole blocks, as DUKPT terminals encipher track data. How a message is padded is the protocol's business.

import type { BlockCipher } from '../cipher/block-cipher.ts'
import { securityFault } from '../security-fault.ts'

export function encryptWholeBlocks(cipher: BlockCipher, iv: Uint8Array, data: Uint8Array): Buffer {
  requireWholeBlocks(cipher, iv, data)
  return cipher.encryptCbc(iv, data)
}

export function decryptWholeBlocks(cipher: BlockCipher, iv: Uint8Array, data: Uint8Array): Buffer {
  requireWholeBlocks(cipher, iv, data)
  return cipher.decryptCbc(iv, data)
}

function requireWholeBlocks(cipher: BlockCipher, iv: Uint8Array, data: Uint8Array): void {
  if (iv.length !== cipher.blockBytes || data.length % cipher.blockBytes !== 0) {
    throw securityFault('SECURITY_DATA_LENGTH', `data and start value are whole blocks of ${cipher.blockBytes} bytes`, {
      details: { blockBytes: cipher.blockBytes, ivBytes: iv.length, dataBytes: data.length },
    })
  }
}
