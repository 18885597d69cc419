export { TerminalApplication, type TerminalApplicationOptions } from './application/terminal-application.ts'
export {
  terminalKeys,
  type Language,
  type Screen,
  type TerminalInput,
  type TerminalKey,
  type TerminalView,
  type ViewInput,
  type ViewLine,
  type ViewStatus,
} from './application/terminal-view.ts'
export { refusalTexts } from './application/refusal-texts.ts'
export type { CardEntry } from './card/card-entry.ts'
export { trackInLine, type CardReader } from './driver/card-reader.ts'
export type { Clock } from './driver/clock.ts'
export { CopyingPrinter } from './driver/copying-printer.ts'
export { FilePrinter } from './driver/file-printer.ts'
export type { HostLink, HostReply, LinkState } from './driver/host-link.ts'
export { MemoryPrinter, type SlipTray } from './driver/memory-printer.ts'
export { NetworkEscPosPrinter, type NetworkPrinterOptions } from './driver/network-printer.ts'
export type { CardVault, PinPad } from './driver/pin-pad.ts'
export type { PrintResult, Printer, Slip, SlipCopy } from './driver/printer.ts'
export type { Random } from './driver/random.ts'
export { ModuleCardVault, ProfilePinPad } from './driver/software-pin-pad.ts'
export { TcpHostLink, type TcpHostLinkOptions } from './driver/tcp-host-link.ts'
export { createTerminal, type CreateTerminalOptions } from './engine/create-terminal.ts'
export type {
  ManagementOutcome,
  PaymentOutcome,
  RefusalReason,
  ReversalOutcome,
  SettlementOutcome,
} from './engine/outcome.ts'
export { Terminal } from './engine/terminal.ts'
export type { TerminalConfiguration } from './engine/terminal-configuration.ts'
export type { TerminalDrivers, TerminalTrace } from './engine/terminal-context.ts'
export { FileJournal, type FileJournalOptions } from './journal/file-journal.ts'
export type { Journal } from './journal/journal.ts'
export { initialPasswords, type LogInOutcome } from './operators/operators.ts'
export { renderSlipEscPos, renderSlipSvg, renderSlipText, type SlipEncoding } from './receipt/render-slip.ts'
export type { PrintOutcome } from './reprint/reprint.ts'
export type { BatchRecord } from './state/batch-record.ts'
export { emptyState, type TerminalState, type UnresolvedCase } from './state/terminal-state.ts'
