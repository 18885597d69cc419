// Operator passwords as salted scrypt hashes. Passwords are 4 to 12 digits, typed on a keypad, so the number of tries is what
// protects them (operators.ts); the hash protects them from somebody who copies the journal.

import { scrypt, timingSafeEqual } from 'node:crypto'
import type { Sensitive } from '@shua/card-data'

const hashBytes = 32
const cost = { N: 16_384, r: 8, p: 1 }

function derive(password: Sensitive<string>, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.reveal(), salt, hashBytes, cost, (error, hash) => (error ? reject(error) : resolve(hash)))
  })
}

export function isPassword(password: Sensitive<string>): boolean {
  return /^\d{4,12}$/.test(password.reveal())
}

export async function hashPassword(password: Sensitive<string>, salt: Buffer): Promise<{ salt: string; hash: string }> {
  return { salt: salt.toString('hex'), hash: (await derive(password, salt)).toString('hex') }
}

export async function passwordMatches(
  password: Sensitive<string>,
  stored: { salt: string; hash: string },
): Promise<boolean> {
  const hash = await derive(password, Buffer.from(stored.salt, 'hex'))
  const expected = Buffer.from(stored.hash, 'hex')
  return hash.length === expected.length && timingSafeEqual(hash, expected)
}
