// Holds end by themselves (requirement A4): due ones are released a batch at a time. Any number of processes may do this at once;
// each passes over the accounts another one, or a payment, has locked.

import { expireHolds } from '@shua/issuer'
import type { Database } from '@shua/postgres'
import { startJob, type JobToStart, type RunningJob } from './running-job.ts'

const intervalMs = 60_000
const batchMax = 500

export function startHoldExpiry(database: Database, now: () => Date, onFault: JobToStart['onFault']): RunningJob {
  return startJob({
    name: 'hold expiry',
    intervalMs,
    async work(stopped) {
      // A full batch means that there may be more.
      for (let count = batchMax; count === batchMax && !stopped();)
        count = await database.inTransaction((tx) => expireHolds(tx, { now: now(), limit: batchMax }))
    },
    onFault,
  })
}
