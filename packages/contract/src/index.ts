export { apiPath, apiPattern } from './api-path.ts'
export {
  describedFieldSchema,
  describedMessageSchema,
  titleSchema,
  type DescribedField,
  type DescribedMessage,
  type Title,
} from './described-message.ts'
export type { DeepReadonly } from './deep-readonly.ts'
export { healthSchema, type Health } from './health.ts'
export { liveEventSchema, type LiveEvent } from './live-event.ts'
export { languageSchema, localizedTextSchema, type Language, type LocalizedText } from './localized-text.ts'
export {
  demoCardSchema,
  overviewSchema,
  terminalSummarySchema,
  type DemoCard,
  type Overview,
  type TerminalSummary,
} from './overview.ts'
export {
  minorUnitsSchema,
  paymentIdSchema,
  paymentKinds,
  paymentKindSchema,
  paymentLimitMax,
  paymentPageSchema,
  paymentQuerySchema,
  paymentRowSchema,
  paymentStatuses,
  paymentStatusSchema,
  terminalIdSchema,
  type PaymentKind,
  type PaymentPage,
  type PaymentQuery,
  type PaymentRow,
  type PaymentStatus,
} from './payment.ts'
export { problemSchema, type Problem } from './problem.ts'
export { responseCodeListSchema, responseCodeTextSchema, type ResponseCodeText } from './response-code.ts'
export {
  slipIdSchema,
  terminalInputSchema,
  terminalKeys,
  terminalKeySchema,
  terminalStatuses,
  terminalViewSchema,
  type TerminalInput,
  type TerminalKey,
  type TerminalLine,
  type TerminalSlip,
  type TerminalView,
} from './terminal.ts'
export {
  accountBalanceSchema,
  ladderStepSchema,
  ledgerTransferSchema,
  traceLanes,
  traceLaneSchema,
  xrayEventSchema,
  xrayReportSchema,
  type AccountBalance,
  type LadderStep,
  type LedgerTransfer,
  type TraceLane,
  type XrayEvent,
  type XrayReport,
} from './xray.ts'
