// A supervisor's password is checked with scrypt, which is slow on purpose: forty milliseconds for each void would be most of a
// seed's time, and its thread pool would bring real time into a virtual world. The hash of a password and salt is computed once
// for real and remembered; the answer comes as a promise would.

import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

type Arguments = [
  password: string,
  salt: Buffer,
  size: number,
  cost: crypto.ScryptOptions,
  done: (error: Error | null, hash: Buffer) => void,
]

let installed = false

export function rememberPasswordHashes(): void {
  if (installed) return
  installed = true
  const hashes = new Map<string, Buffer>()
  const remembered = (...[password, salt, size, cost, done]: Arguments): void => {
    const key = `${password}/${salt.toString('hex')}/${size}/${JSON.stringify(cost)}`
    const hash = hashes.get(key) ?? crypto.scryptSync(password, salt, size, cost)
    hashes.set(key, hash)
    queueMicrotask(() => done(null, Buffer.from(hash)))
  }
  Object.assign(crypto, { scrypt: remembered })
  syncBuiltinESMExports()
}
