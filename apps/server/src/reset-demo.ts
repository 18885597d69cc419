// `shua demo reset`: throws away every table of this product and what the demo terminals remember, and loads the demo afresh.

import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { migrate } from '@shua/postgres'
import { createIssuer } from '@shua/issuer'
import { loadDemo } from './demo/load-demo.ts'
import { issuerId, networkMigrations } from './network.ts'
import { openNetworkKeys } from './network-keys.ts'
import type { ServerSettings } from './server-settings.ts'
import { openStorage } from './storage.ts'

const schemas = ['acquirer', 'issuer', 'ledger', 'server', 'shua']

/** The embedded database is locked while a server runs, so this fails with a clear fault then. */
export async function resetDemo(settings: ServerSettings, log: (line: string) => void): Promise<void> {
  const storage = await openStorage(settings, () => undefined)
  try {
    const { database, securityModule } = storage
    for (const schema of schemas) await database.query(`drop schema if exists ${schema} cascade`)
    await migrate(database, await networkMigrations())
    const keys = await openNetworkKeys(database, securityModule, new Date())
    const issuer = createIssuer({ issuerId, securityModule, keys })
    await loadDemo({ database, securityModule, keys, issuer, now: new Date(), random: (size) => randomBytes(size) })
    await rm(join(storage.dataDir, 'terminals'), { recursive: true, force: true })
    log('The demo is as new: cards, balances, terminals and batches.')
  } finally {
    await storage.close()
  }
}
