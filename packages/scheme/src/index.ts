export { answerDifference, answerMti, readAnswer, writeAnswer, type HostAnswer } from './answer-message.ts'
export { paymentIdAt } from './payment-id.ts'
export { batchDetailRecordsMax, formatBatchDetail, parseBatchDetail, type BatchDetailRecord } from './batch-detail.ts'
export {
  isBusinessDate,
  paymentIdsOfBusinessDate,
  type ClearingSource,
  type PaymentIdRange,
} from './clearing-source.ts'
export { declineReasons, type DeclineReason } from './decline-reason.ts'
export { entryMethods, formatEntryMode, parseEntryMode, type EntryMethod, type EntryMode } from './entry-mode.ts'
export {
  requestWithPin,
  type AnnouncedRequest,
  type CardBalance,
  type CardRead,
  type EnteredPin,
  type Issuer,
  type PaymentAnswer,
  type PaymentObserver,
  type PaymentRequest,
  type Switch,
} from './issuer.ts'
export { dateOfMonthDay, daysBetween, localTime, type LocalTime } from './local-time.ts'
export { managementKindOf, managementTypes, type ManagementKind } from './management-kind.ts'
export { readManagementMessage, writeManagementMessage, type ManagementMessage } from './management-message.ts'
export {
  noOriginal,
  readPaymentMessage,
  writePaymentMessage,
  type CardOnWire,
  type OriginalReference,
  type PaymentMessage,
  type PinOnWire,
} from './payment-message.ts'
export { responseCodeOfReason } from './reason-response-code.ts'
export { readRequestHead, type RequestHead } from './request-head.ts'
export {
  describeResponseCode,
  endsReversal,
  isApproval,
  responseCodes,
  type ResponseClass,
  type ResponseCode,
  type ResponseCodeEntry,
} from './response-code.ts'
export {
  readReversalMessage,
  reversalReasons,
  writeReversalMessage,
  type ReversalMessage,
  type ReversalReason,
} from './reversal-message.ts'
export {
  formatSettlementTotals,
  noTotals,
  parseSettlementTotals,
  sameTotals,
  type CardTotals,
  type SettlementFlag,
  type SettlementTotals,
} from './settlement-totals.ts'
export { shardCount, shardOf } from './shard.ts'
export {
  formatStopListPage,
  parseStopListPage,
  stopListEntriesPerPage,
  stopListEntry,
  type StopListPage,
} from './stop-list.ts'
export { formatTerminalParameters, parseTerminalParameters, type TerminalParameters } from './terminal-parameters.ts'
export {
  terminalProfiles,
  type MacVariant,
  type TerminalProfile,
  type TerminalProfileName,
} from './terminal-profile.ts'
export {
  transactionKindOf,
  transactionKinds,
  transactionTypes,
  type TransactionKind,
  type TransactionType,
} from './transaction-kind.ts'
export {
  formatSequenceNumber,
  formatWorkingKeys,
  parseSequenceNumber,
  parseWorkingKeys,
  type WorkingKeySet,
  type WrappedKey,
} from './working-keys.ts'
