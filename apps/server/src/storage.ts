// Where a server keeps things: its data directory, the security module's master key in it, and the database, embedded or named.

import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { keepEmbeddedPostgres, migrate, openDatabase, type Database } from '@shua/postgres'
import { createRandomSource, SoftwareSecurityModule } from '@shua/security-module'
import { networkMigrations } from './network.ts'
import type { ServerSettings } from './server-settings.ts'

export interface Storage {
  readonly dataDir: string
  readonly database: Database
  /** The address of the database, for connections that are no statements (a lock that is held). */
  readonly databaseUrl: string
  readonly securityModule: SoftwareSecurityModule
  close(): Promise<void>
}

const connectionsMax = 12
const statementTimeoutMs = 30_000

export async function openStorage(
  settings: ServerSettings,
  log: (line: string) => void,
  onUnexpectedEnd: (error: unknown) => void = () => undefined,
): Promise<Storage> {
  const dataDir = resolve(settings.dataDir)
  // The database comes first: when it has to run as another user, it makes a data directory that this user can enter.
  const embedded =
    settings.databaseUrl === undefined ? await keepEmbeddedPostgres({ dataDir, log, onUnexpectedEnd }) : undefined
  const databaseUrl = settings.databaseUrl ?? embedded!.url
  const database = openDatabase({
    url: databaseUrl,
    connectionsMax,
    applicationName: 'shua',
    statementTimeoutMs,
  })
  const close = async (): Promise<void> => {
    await database.close()
    await embedded?.stop()
  }
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    const masterKeyFile = settings.masterKeyFile ?? join(dataDir, 'master-key')
    const securityModule = await SoftwareSecurityModule.open({ masterKeyFile, random: createRandomSource() })
    await migrate(database, await networkMigrations())
    return { dataDir, database, databaseUrl, securityModule, close }
  } catch (error) {
    await close()
    throw error
  }
}
