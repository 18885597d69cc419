export { createAcquirer, type Acquirer } from './acquirer.ts'
export type { AcquirerEvent } from './acquirer-event.ts'
export { clearingSource } from './clearing/clearing-source.ts'
export { listShops, moveTerminal, registerShop, type ListedShop, type Shop } from './clearing/shop-store.ts'
export type { AcquirerOptions } from './edge/visit.ts'
export {
  dayTotals,
  listPayments,
  relatedPayments,
  type DayTotals,
  type ListedPayment,
  type PaymentQuery,
} from './journal/payment-list.ts'
export {
  listTerminals,
  registerMerchant,
  registerTerminal,
  terminalKeys,
  type ListedTerminal,
  type NewMerchant,
  type NewTerminal,
} from './journal/terminal-list.ts'
export { createTraceRecorder, findTraces, type StoredTrace, type TraceRecorder } from './journal/trace-recorder.ts'
export { deletePastCounters } from './store/limit-counter-store.ts'
export { reversalOf, type RecordedReversal } from './store/reversal-store.ts'
export { addToStopList } from './store/stop-list-store.ts'
export { acquirerMigrations } from './acquirer-migrations.ts'
