export {
  clearBusinessDate,
  type ClearingContext,
  type ClearingOptions,
  type ClearingProgress,
} from './clearing/clear-business-date.ts'
export {
  netMinor,
  readClearedDay,
  type ClearedDay,
  type ClearingCase,
  type ClearingRun,
  type PartyKind,
  type PositionLine,
} from './clearing/read-cleared-day.ts'
export { settlementMigrations } from './settlement-migrations.ts'
