// The checks that a void and a completion of a pre-authorization share, in the order of terminal-protocol §4.2.

import { dateOfMonthDay, daysBetween, type DeclineReason } from '@shua/scheme'
import type { FlowRequest } from '../payment/payment-flow.ts'
import type { JournalPayment } from '../store/payment-store.ts'

export function refuseAuthorization(
  original: JournalPayment | undefined,
  request: FlowRequest,
): DeclineReason | undefined {
  const { payment, panHash, businessDate, rules } = request
  if (original === undefined) return 'originalNotFound'
  if (dateOfMonthDay(payment.original.date ?? '', businessDate) !== original.businessDate) return 'originalNotFound'
  if (daysBetween(original.businessDate, businessDate) > rules.preAuthorizationDaysMax) return 'originalTooOld'
  if (original.state !== 'approved') return 'originalNotOpen'
  if (!original.panHash.equals(panHash)) return 'originalCardDiffers'
  if (original.currency !== payment.currency) return 'originalAmountDiffers'
  return undefined
}
