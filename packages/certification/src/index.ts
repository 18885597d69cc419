export { certifyHost, type CertifyHostOptions } from './host/certify-host.ts'
export type { HostCase } from './host/host-case.ts'
export { hostCases } from './host/host-cases.ts'
export type { HostKit } from './host/host-kit.ts'
export type { Check, RecordedMessage } from './course/case-record.ts'
export {
  countOf,
  type CaseResult,
  type CaseStatus,
  type Certification,
  type CertificationCase,
} from './course/certification-case.ts'
export { cardPurposes, type CardPurposeName } from './profile/card-purpose.ts'
export {
  cardOf,
  readProfile,
  type CertificationProfile,
  type ProfileInput,
  type TestCard,
} from './profile/certification-profile.ts'
export { readyProfiles } from './profile/ready-profiles.ts'
export { progressLine, summaryTable } from './report/console-report.ts'
export { junitReport } from './report/junit-report.ts'
export { markdownReport } from './report/markdown-report.ts'
export { certifyTerminal, type CertifyTerminalOptions, type TerminalControls } from './terminal/certify-terminal.ts'
export type { TerminalCase } from './terminal/terminal-case.ts'
export { terminalCases } from './terminal/terminal-cases.ts'
export type { TerminalDesk } from './terminal/terminal-desk.ts'
export type { PaymentKind, RequestKind } from './protocol/catalogue.ts'
