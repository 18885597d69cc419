// Plugs settlement into the acquirer's journal for somebody who runs clearing from outside the server: `shua settle`.

import { resolve } from 'node:path'
import { Fault } from '@shua/assert'
import { clearingSource, listShops, type ListedShop } from '@shua/acquirer'
import { runningEmbeddedPostgres, type Database } from '@shua/postgres'
import { clearBusinessDate, readClearedDay, type ClearedDay, type ClearingOptions } from '@shua/settlement'
import type { ServerSettings } from '../server-settings.ts'
import { openStorage, type Storage } from '../storage.ts'

export type { ListedShop }

export interface Clearing {
  clear(businessDate: string, options?: ClearingOptions): Promise<ClearedDay>
  read(businessDate: string): Promise<ClearedDay>
  shops(): Promise<readonly ListedShop[]>
}

export function createClearing(database: Database, now: () => Date): Clearing {
  const context = { database, source: clearingSource, now }
  return {
    clear: (businessDate, options) => clearBusinessDate(context, businessDate, options),
    read: (businessDate) => readClearedDay(database, businessDate),
    shops: () => listShops(database),
  }
}

/** Over the database the settings name; the embedded one is started for it, or shared with the server that runs it already. */
export async function withClearing<T>(settings: ServerSettings, work: (clearing: Clearing) => Promise<T>): Promise<T> {
  const storage = await openStorageBeside(settings)
  try {
    return await work(createClearing(storage.database, () => new Date()))
  } finally {
    await storage.close()
  }
}

async function openStorageBeside(settings: ServerSettings): Promise<Storage> {
  try {
    return await openStorage(settings, () => undefined)
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'DATABASE_EMBEDDED_IN_USE') throw error
    const databaseUrl = await runningEmbeddedPostgres(resolve(settings.dataDir))
    return await openStorage({ ...settings, databaseUrl }, () => undefined)
  }
}
