// What the acquirer tells the rest of the house as it happens: the live page and the X-ray listen.

import type { DeclineReason } from '@shua/scheme'
import type { Trace } from '@shua/telemetry'

export interface AcquirerEvent {
  readonly mti: string
  readonly terminalId: string | undefined
  readonly batchNumber: number | undefined
  readonly stan: number | undefined
  readonly paymentId: string | undefined
  readonly outcome: 'approved' | 'declined' | 'unknown' | 'answered'
  readonly reason: DeclineReason | undefined
  readonly responseCode: string | undefined
  readonly at: Date
  readonly startedAtUs: bigint
  readonly durationUs: number
  readonly trace: Trace
  readonly request: Buffer
  readonly answer: Buffer | undefined
}
