// The database as everyone uses it, with what is under way counted and timed. Values and errors pass unchanged.

import { Fault } from '@shua/assert'
import type { Database, Transaction } from '@shua/postgres'
import { boundedLabel } from '@shua/telemetry'
import type { Metrics } from './create-metrics.ts'

type Call = 'statement' | 'transaction'

const faultCode = boundedLabel([
  'DATABASE_UNREACHABLE',
  'DATABASE_TIMEOUT',
  'DATABASE_COMMIT_UNKNOWN',
  'DATABASE_STATEMENT',
  'DATABASE_VERSION',
])

/** `onTransactionEnd` hears of every attempt of every transaction, however it ended. */
export function observeDatabase(
  database: Database,
  metrics: Metrics,
  onTransactionEnd: (tx: Transaction) => void,
): Database {
  async function observe<T>(call: Call, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now()
    metrics.databaseCallsInProgress.inc({ call })
    try {
      return await work()
    } catch (error) {
      if (error instanceof Fault && error.code.startsWith('DATABASE_')) {
        metrics.databaseFaults.inc({ code: faultCode(error.code) })
      }
      throw error
    } finally {
      metrics.databaseCallsInProgress.dec({ call })
      metrics.databaseCallDuration.observe({ call }, (performance.now() - startedAt) / 1000)
    }
  }

  return {
    query: (text, values, name) => observe('statement', () => database.query(text, values, name)),
    inTransaction: (work, options) =>
      observe('transaction', async () => {
        let current: Transaction | undefined
        const ended = (): void => {
          if (current !== undefined) onTransactionEnd(current)
        }
        try {
          return await database.inTransaction((tx) => {
            ended()
            current = tx
            return work(tx)
          }, options)
        } finally {
          ended()
        }
      }),
    listen: (channel, listener) => database.listen(channel, listener),
    close: () => database.close(),
  }
}
