// The counters of limits are kept for a month and the one before it (docs/decisions/0009-limits-and-counters.md).

import { deletePastCounters } from '@shua/acquirer'
import type { Database } from '@shua/postgres'
import { localTime } from '@shua/scheme'
import { startJob, type JobToStart, type RunningJob } from './running-job.ts'

const intervalMs = 3_600_000

export function startCounterCleaning(database: Database, now: () => Date, onFault: JobToStart['onFault']): RunningJob {
  return startJob({
    name: 'counter cleaning',
    intervalMs,
    async work() {
      await deletePastCounters(database, localTime(now()).isoDate)
    },
    onFault,
  })
}
