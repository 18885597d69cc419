// Every case against a terminal, in the order they run. A new case goes into the file of its flow.

import { doubtCases } from './cases/doubt-cases.ts'
import { busyCase, declineCases, paymentCases } from './cases/payment-cases.ts'
import { firstCases, lastCases } from './cases/session-cases.ts'
import { settlementCases } from './cases/settlement-cases.ts'
import type { TerminalCase } from './terminal-case.ts'

export const terminalCases: readonly TerminalCase[] = [
  ...firstCases,
  ...paymentCases,
  ...declineCases,
  busyCase,
  ...doubtCases,
  ...settlementCases,
  ...lastCases,
]
