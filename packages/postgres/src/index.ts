export { batchRows } from './batch-rows.ts'
export { isTransactionConflict, isUniqueViolation, sqlStateOf } from './database-fault.ts'
export { keepEmbeddedPostgres, type KeepEmbeddedPostgresOptions } from './embedded/keep-embedded-postgres.ts'
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
  runningEmbeddedPostgres,
} from './embedded/start-embedded-postgres.ts'
export { startTemporaryPostgres, type TemporaryPostgresOptions } from './embedded/start-temporary-postgres.ts'
export { type HeldLock, holdLock, type HoldLockOptions } from './hold-lock.ts'
export { loadMigrations, type Migration, type MigrationSet } from './load-migrations.ts'
export { migrate, migrationChecksum } from './migrate.ts'
export { type DatabaseOptions, openDatabase } from './open-database.ts'
export { RowArray } from './row-array.ts'
export {
  type ChannelListener,
  type Database,
  type Isolation,
  notify,
  type Queryable,
  type Subscription,
  type Transaction,
  type TransactionOptions,
} from './queryable.ts'
