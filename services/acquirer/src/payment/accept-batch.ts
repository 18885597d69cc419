// One batch of payments from the lane to its outcomes.

import type { Database } from '@shua/postgres'
import { acceptPayments, type AcceptedPayment, type AcceptPaymentsContext } from './accept-payments.ts'
import type { PaymentOutcome } from './payment-outcome.ts'
import { runBatch } from './run-batch.ts'

export function acceptBatch(
  items: readonly AcceptedPayment[],
  context: AcceptPaymentsContext & { database: Database; onFault: (error: unknown) => void },
): Promise<PaymentOutcome[]> {
  return runBatch<AcceptedPayment, PaymentOutcome>(items, {
    database: context.database,
    work: (batch, tx) => acceptPayments(batch, context, tx),
    failed: ({ rrn }, end) =>
      end === 'nothingDone' ? { kind: 'declined', rrn, reason: 'systemBusy' } : { kind: 'unknown' },
    onFault: context.onFault,
  })
}
