// One payment as the live page lists it, and the query that finds payments. The PAN is masked before it gets here.

import { z } from 'zod'
import type { DeepReadonly } from './deep-readonly.ts'

/** Minor units as digits, because JSON numbers lose the last fen of large amounts. */
export const minorUnitsSchema = z.string().regex(/^-?\d{1,20}$/)

export const paymentKinds = [
  'balanceInquiry',
  'purchase',
  'void',
  'refund',
  'preAuthorization',
  'preAuthorizationVoid',
  'completion',
  'completionAdvice',
  'completionVoid',
  'reversal',
] as const

export const paymentStatuses = [
  'approved',
  'declined',
  'reversed',
  'voided',
  'refunded',
  'partlyRefunded',
  'completed',
  'pending',
  'unknown',
] as const

export const paymentKindSchema = z.enum(paymentKinds)
export const paymentStatusSchema = z.enum(paymentStatuses)
export const paymentIdSchema = z.uuid()
export const terminalIdSchema = z.string().regex(/^[0-9A-Za-z]{8}$/)

export type PaymentKind = z.infer<typeof paymentKindSchema>
export type PaymentStatus = z.infer<typeof paymentStatusSchema>

export const paymentRowSchema = z.object({
  paymentId: paymentIdSchema,
  at: z.iso.datetime(),
  terminalId: z.string(),
  merchantId: z.string(),
  merchantName: z.string(),
  kind: paymentKindSchema,
  status: paymentStatusSchema,
  /** DE 39; null while the outcome is pending or unknown. */
  responseCode: z.string().nullable(),
  maskedPan: z.string(),
  amountMinor: minorUnitsSchema,
  currency: z.string(),
  stan: z.string(),
  batchNumber: z.string(),
  rrn: z.string().nullable(),
  approvalCode: z.string().nullable(),
  /** DE 22, e.g. `021`. */
  entryMode: z.string(),
  operator: z.string(),
  durationUs: z.number().int().nonnegative().nullable(),
  originalPaymentId: paymentIdSchema.nullable(),
})

export type PaymentRow = DeepReadonly<z.infer<typeof paymentRowSchema>>

export const paymentLimitMax = 200

/** What the address line carries; every value is text there. */
export const paymentQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(paymentLimitMax).default(50),
  /** `nextBefore` of the page before. */
  before: z
    .string()
    .regex(/^[\w.:-]{1,80}$/)
    .optional(),
  terminalId: terminalIdSchema.optional(),
  status: paymentStatusSchema.optional(),
  /** RRN, trace number, approval code, last four digits of the card, or the start of the payment id. */
  q: z
    .string()
    .trim()
    .regex(/^[0-9A-Za-z-]{1,36}$/)
    .optional(),
})

export type PaymentQuery = DeepReadonly<z.infer<typeof paymentQuerySchema>>

export const paymentPageSchema = z.object({ items: z.array(paymentRowSchema), nextBefore: z.string().nullable() })

export type PaymentPage = DeepReadonly<z.infer<typeof paymentPageSchema>>
