// The tables of settlement.

import { loadMigrations, type MigrationSet } from '@shua/postgres'

export async function settlementMigrations(): Promise<MigrationSet> {
  return await loadMigrations('settlement', new URL('../migrations/', import.meta.url))
}
