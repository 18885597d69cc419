// Puts a payment that was just told into every list that shows it: a new one on top, a changed one in its place.

import type { PaymentPage, PaymentRow } from '@shua/contract'
import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import type { PaymentFilters } from './queries.ts'

export function matchesFilters(payment: PaymentRow, { terminalId, status, q }: PaymentFilters): boolean {
  if (terminalId && payment.terminalId !== terminalId) return false
  if (status && payment.status !== status) return false
  if (!q) return true
  const { rrn, stan, approvalCode, maskedPan, paymentId } = payment
  return [rrn, stan, approvalCode].includes(q) || maskedPan.endsWith(q) || paymentId.startsWith(q)
}

/** The pages with the payment in them, changed in place, added on top, or taken out when it no longer belongs. */
export function placePayment(
  pages: readonly PaymentPage[],
  payment: PaymentRow,
  filters: PaymentFilters,
): PaymentPage[] {
  const belongs = matchesFilters(payment, filters)
  const present = pages.some((page) => page.items.some((row) => row.paymentId === payment.paymentId))
  return pages.map((page, index) => {
    if (present) {
      return {
        ...page,
        items: page.items.flatMap((row) => {
          if (row.paymentId !== payment.paymentId) return [row]
          return belongs ? [payment] : []
        }),
      }
    }
    return belongs && index === 0 ? { ...page, items: [payment, ...page.items] } : page
  })
}

export function applyPayment(client: QueryClient, payment: PaymentRow): void {
  const lists = client.getQueriesData<InfiniteData<PaymentPage, string>>({ queryKey: ['payments'] })
  for (const [key, data] of lists) {
    if (!data) continue
    const filters = key[1] as PaymentFilters
    client.setQueryData(key, { ...data, pages: placePayment(data.pages, payment, filters) })
  }
  void client.invalidateQueries({ queryKey: ['xray', payment.paymentId] })
  if (payment.originalPaymentId === null) return
  // A void, refund or completion changes what its original is; that row is told by asking again.
  void client.invalidateQueries({ queryKey: ['payments'] })
  void client.invalidateQueries({ queryKey: ['xray', payment.originalPaymentId] })
}
