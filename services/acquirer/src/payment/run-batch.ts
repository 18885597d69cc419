// Runs one batch of a lane in its database transaction, and decides what a failure means: rolled back for certain is "nothing
// was done" (96), a commit whose end nobody saw is unknown (no answer, and the terminal reverses). One request that breaks a
// batch must not take the others with it, so a batch that was rolled back is tried again one by one.

import { Fault } from '@shua/assert'
import type { Database, Transaction } from '@shua/postgres'

const attemptsMax = 3

export interface BatchRun<Item, Outcome> {
  readonly database: Database
  /** Begins by reading and locking. */
  readonly work: (items: readonly Item[], tx: Transaction) => Promise<Outcome[]>
  readonly failed: (item: Item, end: 'nothingDone' | 'unknown') => Outcome
  /** Hears of what cost an item its answer. */
  readonly onFault: (error: unknown) => void
}

export async function runBatch<Item, Outcome>(
  items: readonly Item[],
  run: BatchRun<Item, Outcome>,
): Promise<Outcome[]> {
  try {
    return await run.database.inTransaction((tx) => run.work(items, tx), {
      attemptCountMax: attemptsMax,
      readsFirst: true,
      planOnce: true,
    })
  } catch (error) {
    const done = nothingDone(error)
    if (items.length > 1 && done) {
      const outcomes: Outcome[] = []
      for (const item of items) outcomes.push(...(await runBatch([item], run)))
      return outcomes
    }
    run.onFault(error)
    return items.map((item) => run.failed(item, done ? 'nothingDone' : 'unknown'))
  }
}

/** Whether the failure proves that the transaction left nothing behind. */
export function nothingDone(error: unknown): boolean {
  // A bug throws inside the transaction, which is rolled back then.
  if (!(error instanceof Fault)) return true
  if (error.code === 'DATABASE_COMMIT_UNKNOWN') return false
  return error.code !== 'DATABASE_UNREACHABLE' || error.details['outcome'] === 'notDone'
}
