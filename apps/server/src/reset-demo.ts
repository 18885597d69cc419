// `shua demo reset`: throws away every table of this product and what the demo terminals remember, and loads the demo afresh.

import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '@shua/assert'
import { migrate, type Database } from '@shua/postgres'
import { createIssuer } from '@shua/issuer'
import { loadDemo } from './demo/load-demo.ts'
import { issuerId, networkMigrations } from './network.ts'
import { openNetworkKeys } from './network-keys.ts'
import type { ServerSettings } from './server-settings.ts'
import { openStorage } from './storage.ts'

const schemas = ['acquirer', 'issuer', 'ledger', 'server', 'settlement', 'shua']

/** An embedded database is locked while a server runs; on another one its connections are seen. Fault DEMO_IN_USE then. */
export async function resetDemo(settings: ServerSettings, log: (line: string) => void): Promise<void> {
  const storage = await openStorage(settings, () => undefined)
  try {
    const { database, securityModule } = storage
    await refuseWhileInUse(database)
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

/** A server that goes on would remember accounts and terminals that are gone. */
async function refuseWhileInUse(database: Database): Promise<void> {
  const others = await database.query(
    `select 1 from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and application_name in ('shua', 'shua-demo')`,
  )
  if (others.length === 0) return
  throw new Fault('DEMO_IN_USE', 'a server works with this database; stop every one of them first')
}
