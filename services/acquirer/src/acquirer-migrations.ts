// The acquirer's tables.

import { loadMigrations, type MigrationSet } from '@shua/postgres'

export async function acquirerMigrations(): Promise<MigrationSet> {
  return await loadMigrations('acquirer', new URL('../migrations/', import.meta.url))
}
