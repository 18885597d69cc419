// The X-ray of one payment: every hop with its time, every message taken apart, the step that decided, and the money.

import { z } from 'zod'
import type { DeepReadonly } from './deep-readonly.ts'
import { describedMessageSchema } from './described-message.ts'
import { minorUnitsSchema, paymentRowSchema } from './payment.ts'

export const traceLanes = ['card', 'terminal', 'acquirer', 'switch', 'issuer', 'ledger'] as const

export const traceLaneSchema = z.enum(traceLanes)

export type TraceLane = z.infer<typeof traceLaneSchema>

export const xrayEventSchema = z.object({
  /** Microseconds since the trace began. */
  atUs: z.number().nonnegative(),
  lane: traceLaneSchema,
  kind: z.enum(['message', 'step', 'check', 'entry']),
  name: z.string(),
  outcome: z.enum(['ok', 'refused', 'info']),
  durationUs: z.number().nonnegative().optional(),
  detail: z.record(z.string(), z.string()).optional(),
  message: describedMessageSchema.optional(),
  direction: z.enum(['in', 'out']).optional(),
})

export type XrayEvent = DeepReadonly<z.infer<typeof xrayEventSchema>>

export const ladderStepSchema = z.object({ name: z.string(), outcome: z.enum(['passed', 'failed', 'notReached']) })

export type LadderStep = DeepReadonly<z.infer<typeof ladderStepSchema>>

export const ledgerTransferSchema = z.object({
  transferId: z.string(),
  debitAccount: z.string(),
  creditAccount: z.string(),
  amountMinor: minorUnitsSchema,
  currency: z.string(),
  at: z.iso.datetime(),
  kind: z.string(),
})

export type LedgerTransfer = DeepReadonly<z.infer<typeof ledgerTransferSchema>>

export const accountBalanceSchema = z.object({
  account: z.string(),
  postedMinor: minorUnitsSchema,
  availableMinor: minorUnitsSchema,
  currency: z.string(),
})

export type AccountBalance = DeepReadonly<z.infer<typeof accountBalanceSchema>>

export const xrayReportSchema = z.object({
  payment: paymentRowSchema,
  /** The original, its reversal, void and refunds. */
  related: z.array(paymentRowSchema),
  hops: z.array(xrayEventSchema),
  /** The decision steps in order of precedence. */
  ladder: z.array(ladderStepSchema),
  ledger: z.array(ledgerTransferSchema),
  balancesAfter: z.array(accountBalanceSchema).optional(),
  keys: z.array(z.object({ name: z.string(), kcv: z.string() })),
  /** False when some hop's trace is no longer, or not yet, there. */
  traceComplete: z.boolean(),
})

export type XrayReport = DeepReadonly<z.infer<typeof xrayReportSchema>>
