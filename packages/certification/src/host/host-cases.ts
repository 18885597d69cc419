// Every case against a host, in the order they run. A new case goes into the file of its flow; a new file goes into this list.

import { malformedCases } from './cases/malformed-cases.ts'
import { networkCases } from './cases/network-cases.ts'
import { originalCases } from './cases/original-cases.ts'
import { paymentCases } from './cases/payment-cases.ts'
import { refusalCases } from './cases/refusal-cases.ts'
import { reversalCases } from './cases/reversal-cases.ts'
import { settlementCases } from './cases/settlement-cases.ts'
import type { HostCase } from './host-case.ts'

export const hostCases: readonly HostCase[] = [
  ...networkCases,
  ...paymentCases,
  ...refusalCases,
  ...originalCases,
  ...reversalCases,
  ...malformedCases,
  ...settlementCases,
]
