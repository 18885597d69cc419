// Shows the observer what was written to the ledger for its payment.

import type { Transfer } from '@shua/ledger'
import { formatAmount } from '@shua/money'
import type { PaymentObserver } from '@shua/scheme'

export function reportEntries(observer: PaymentObserver, transfers: readonly Transfer[]): void {
  if (!observer.recording) return
  for (const { kind, debit, credit, amount, transferId } of transfers) {
    const detail = { transferId, debit, credit, amount: formatAmount(amount), currency: amount.currency }
    observer.event({ lane: 'ledger', kind: 'entry', name: kind, outcome: 'ok', detail })
  }
}
