// Shares the seeds among processes: each is handed the next range when it has done its last one. Called by main.ts.

import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { RangeSums, SeedRange } from './run-range.ts'

/** Short enough that all processes end at about the same time. */
const rangeSeeds = 25
/** Most of what a seed makes is short-lived. */
const memoryFlags = ['--max-semi-space-size=32']

export interface PoolOptions {
  readonly range: SeedRange
  readonly processes: number
  readonly flags: readonly string[]
  readonly keepOn: boolean
  readonly onSums: (sums: RangeSums) => void
  /** Ctrl-C: what was done so far is told before all processes end. */
  readonly onInterrupt: () => void
}

/** Rejects when a process dies before its work is done. */
export async function runProcesses(options: PoolOptions): Promise<void> {
  const { range, processes, flags, keepOn, onSums, onInterrupt } = options
  const file = fileURLToPath(new URL('range-process.ts', import.meta.url))
  const execArgv = [...process.execArgv, ...memoryFlags]
  const end = range.first + range.seeds
  let next = range.first
  const children = Array.from({ length: processes }, () => fork(file, flags, { execArgv }))
  const stop = (): void => {
    for (const child of children) child.kill()
  }
  const interrupted = (): void => {
    stop()
    onInterrupt()
    process.exit(130)
  }
  process.on('SIGINT', interrupted).on('SIGTERM', interrupted)
  /** False when nothing is left to do. */
  const give = (child: ChildProcess): boolean => {
    if (next >= end) return false
    const part: SeedRange = { first: next, seeds: Math.min(rangeSeeds, end - next) }
    next += part.seeds
    child.send(part)
    return true
  }
  const worked = (child: ChildProcess): Promise<void> =>
    new Promise((resolve, reject) => {
      child.on('exit', (code, signal) => reject(new Error(`a process ended with ${signal ?? code ?? 'nothing'}`)))
      child.on('error', reject)
      child.on('message', (message: RangeSums | 'ready') => {
        if (message !== 'ready') {
          onSums(message)
          if (message.failures.length > 0 && !keepOn) next = end
        }
        if (!give(child)) resolve()
      })
    })
  try {
    await Promise.all(children.map(worked))
  } finally {
    stop()
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
  }
}
