// The issuer's tables; the ledger's are applied before them.

import { loadMigrations, type MigrationSet } from '@shua/postgres'

export async function issuerMigrations(): Promise<MigrationSet> {
  return await loadMigrations('issuer', new URL('../migrations/', import.meta.url))
}
