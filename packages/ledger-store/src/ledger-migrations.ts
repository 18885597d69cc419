// The ledger's tables, applied by `migrate` before those of the roles that post to it.

import { loadMigrations, type MigrationSet } from '@shua/postgres'

export async function ledgerMigrations(): Promise<MigrationSet> {
  return await loadMigrations('ledger', new URL('../migrations/', import.meta.url))
}
