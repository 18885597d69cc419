// Plugs settlement into the acquirer's journal for somebody who runs clearing from outside the server: `shua settle`.

import { clearingSource, listShops, type ListedShop } from '@shua/acquirer'
import type { Database } from '@shua/postgres'
import { clearBusinessDate, readClearedDay, type ClearedDay, type ClearingOptions } from '@shua/settlement'
import type { ServerSettings } from '../server-settings.ts'
import { openStorage } from '../storage.ts'

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

/** Over the database the settings name. The embedded one has a single owner, so this fails with a clear fault while a server runs. */
export async function withClearing<T>(settings: ServerSettings, work: (clearing: Clearing) => Promise<T>): Promise<T> {
  const storage = await openStorage(settings, () => undefined)
  try {
    return await work(createClearing(storage.database, () => new Date()))
  } finally {
    await storage.close()
  }
}
