// Runs one batch of the lane in its database transaction, and decides what a failure means: rolled back for certain is "nothing
// was done" (96), a commit whose end nobody saw is unknown (no answer, and the terminal reverses). One request that breaks a
// batch must not take the others with it, so a batch that was rolled back is tried again one by one.

import { Fault } from '@shua/assert'
import type { Database } from '@shua/postgres'
import { acceptPayments, type AcceptedPayment, type AcceptPaymentsContext } from './accept-payments.ts'
import type { PaymentOutcome } from './payment-outcome.ts'

const attemptsMax = 3

export async function acceptBatch(
  items: readonly AcceptedPayment[],
  context: AcceptPaymentsContext & { database: Database; onFault: (error: unknown) => void },
): Promise<PaymentOutcome[]> {
  try {
    return await context.database.inTransaction((tx) => acceptPayments(items, context, tx), {
      attemptCountMax: attemptsMax,
      readsFirst: true,
      planOnce: true,
    })
  } catch (error) {
    const done = nothingDone(error)
    if (items.length > 1 && done) {
      const outcomes: PaymentOutcome[] = []
      for (const item of items) outcomes.push(...(await acceptBatch([item], context)))
      return outcomes
    }
    context.onFault(error)
    return items.map((item): PaymentOutcome =>
      done ? { kind: 'declined', rrn: item.rrn, reason: 'systemBusy' } : { kind: 'unknown' },
    )
  }
}

/** Whether the failure proves that the transaction left nothing behind. */
export function nothingDone(error: unknown): boolean {
  // A bug throws inside the transaction, which is rolled back then.
  if (!(error instanceof Fault)) return true
  if (error.code === 'DATABASE_COMMIT_UNKNOWN') return false
  return error.code !== 'DATABASE_UNREACHABLE' || error.details['outcome'] === 'notDone'
}
