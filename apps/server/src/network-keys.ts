// The keys of this network: made once by the security module, kept in the database as key blocks under its master key.

import type { Database } from '@shua/postgres'
import type { KeyAlgorithm, KeyBlock, KeyUsage, SecurityModule } from '@shua/security-module'

const wanted = {
  /** Turns a PAN into the hash by which cards are found. */
  panHash: { usage: 'panHash', algorithm: 'aes256' },
  /** Seals PANs at rest. */
  panSeal: { usage: 'dataEncryption', algorithm: 'aes256' },
  /** Between switch and issuer: PIN blocks are translated from a terminal's key to this one. */
  zonePin: { usage: 'pin', algorithm: 'tdes2' },
  pinVerification: { usage: 'pinOffset', algorithm: 'tdes2' },
  cardVerification: { usage: 'cardVerification', algorithm: 'tdes2' },
} as const satisfies Record<string, { usage: KeyUsage; algorithm: KeyAlgorithm }>

export type NetworkKeys = Readonly<Record<keyof typeof wanted, KeyBlock>>

/** Loads the keys, making those that are missing. Two servers that start at once agree on the first one stored. */
export async function openNetworkKeys(
  database: Database,
  securityModule: SecurityModule,
  now: Date,
): Promise<NetworkKeys> {
  const keys: Partial<Record<keyof typeof wanted, KeyBlock>> = {}
  for (const [name, kind] of Object.entries(wanted) as [keyof typeof wanted, (typeof wanted)[keyof typeof wanted]][]) {
    await database.query(
      'insert into server.network_key (name, key_block, created_at) values ($1, $2, $3) on conflict (name) do nothing',
      [name, securityModule.generateKey(kind), now],
    )
    const rows = await database.query<{ keyBlock: string }>(
      'select key_block as "keyBlock" from server.network_key where name = $1',
      [name],
    )
    // A block that does not open was made under another master key: better to know at start than at the first payment.
    const keyBlock = rows[0]!.keyBlock as KeyBlock
    securityModule.checkValue(keyBlock)
    keys[name] = keyBlock
  }
  return keys as NetworkKeys
}
