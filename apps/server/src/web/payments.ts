// Lists of payments for the web.

import { listPayments } from '@shua/acquirer'
import type { PaymentPage, PaymentQuery } from '@shua/contract'
import type { Database } from '@shua/postgres'
import { paymentRow } from './payment-row.ts'

export async function paymentPage(database: Database, query: PaymentQuery): Promise<PaymentPage> {
  const before = query.before !== undefined && /^[0-9a-f-]{36}$/.test(query.before) ? query.before : undefined
  // What the host has not decided yet stands in no journal.
  if (query.status === 'pending') return { items: [], nextBefore: null }
  const rows = await listPayments(database, {
    limit: query.limit + 1,
    before,
    terminalId: query.terminalId,
    state: query.status,
    text: query.q,
  })
  const items = rows.slice(0, query.limit).map(paymentRow)
  return { items, nextBefore: rows.length > query.limit ? (items.at(-1)?.paymentId ?? null) : null }
}
