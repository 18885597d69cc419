// Refund: gives back part or all of a purchase or completion of this merchant, named by RRN and date, several times up to what
// was paid (terminal-protocol §4.2 and §4.4; money rule 7).

import { dateOfMonthDay, daysBetween } from '@shua/scheme'
import type { PaymentFlow } from '../payment/payment-flow.ts'

const refundable = new Set(['purchase', 'completion', 'completionAdvice'])

export const refund: PaymentFlow = {
  refuse(original, { payment, panHash, businessDate, rules }) {
    if (original === undefined) return 'originalNotFound'
    if (!refundable.has(original.kind) || original.state !== 'approved') return 'originalNotOpen'
    if (dateOfMonthDay(payment.original.date ?? '', businessDate) !== original.businessDate) return 'originalNotFound'
    if (daysBetween(original.businessDate, businessDate) > rules.refundDaysMax) return 'originalTooOld'
    if (!original.panHash.equals(panHash)) return 'originalCardDiffers'
    if (original.currency !== payment.currency) return 'originalAmountDiffers'
    if (original.refundedMinor + (payment.amount?.minorUnits ?? 0n) > original.amountMinor)
      return 'refundAboveRemaining'
    return undefined
  },
  effect: (amountMinor) => ({ from: 'approved', to: 'approved', refundedMinor: amountMinor }),
}
