// Holds end by themselves (requirement A4): due ones are released a batch at a time. Any number of processes may do this at once;
// each passes over the accounts another one, or a payment, has locked.

import { expireHolds } from '@shua/issuer'
import type { Database } from '@shua/postgres'

export interface RunningJob {
  stop(): Promise<void>
}

const intervalMs = 60_000
const batchMax = 500

export function startHoldExpiry(
  database: Database,
  now: () => Date,
  onFault: (where: string, error: unknown) => void,
): RunningJob {
  let running: Promise<void> | undefined
  let stopped = false
  const release = async (): Promise<void> => {
    try {
      // A full batch means that there may be more.
      for (let count = batchMax; count === batchMax && !stopped;)
        count = await database.inTransaction((tx) => expireHolds(tx, { now: now(), limit: batchMax }))
    } catch (error) {
      onFault('hold expiry', error)
    } finally {
      running = undefined
    }
  }
  const timer = setInterval(() => {
    // A slow round is not overtaken by the next one.
    running ??= release()
  }, intervalMs)
  timer.unref()
  return {
    async stop() {
      stopped = true
      clearInterval(timer)
      await running
    },
  }
}
