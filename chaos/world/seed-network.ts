// Merchants, terminals and cards of a run, put in before the servers start, with the security module's master key that all
// servers share.

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { copyFile, mkdir } from 'node:fs/promises'
import { migrate, openDatabase } from '@shua/postgres'
import { SoftwareSecurityModule } from '@shua/security-module'
import { loadDemo, networkMigrations, seedLoad, startNetwork } from '@shua/server'
import type { RunDirectory } from './run-directory.ts'

export async function seedNetwork(options: {
  url: string
  directory: RunDirectory
  servers: number
  terminals: number
  cards: number
}): Promise<void> {
  const { url, directory, servers, terminals, cards } = options
  for (let index = 0; index < servers; index++) await mkdir(directory.server(index), { mode: 0o700 })
  const masterKeyFile = join(directory.server(0), 'master-key')
  const random = (size: number): Buffer => randomBytes(size)
  const securityModule = await SoftwareSecurityModule.open({ masterKeyFile, random })
  for (let index = 1; index < servers; index++)
    await copyFile(masterKeyFile, join(directory.server(index), 'master-key'))
  const database = openDatabase({ url, connectionsMax: 4, applicationName: 'shua-chaos' })
  try {
    await migrate(database, await networkMigrations())
    const now = new Date()
    const network = await startNetwork({
      database,
      securityModule,
      host: '127.0.0.1',
      terminalPort: 0,
      now: () => now,
      nanoseconds: () => process.hrtime.bigint(),
      random,
      onAcquirerEvent: () => undefined,
      onLinkEvent: () => undefined,
      onFault: () => undefined,
    })
    const { keys, issuer } = network
    // Of the demo a run takes the card that has next to no money.
    await loadDemo({ database, securityModule, keys, issuer, now, random })
    await seedLoad({ database, securityModule, keys, issuer, terminals, cards, now, random })
    await network.close({ drainMs: 1_000 })
  } finally {
    await database.close()
  }
}
