import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { startJob } from './running-job.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((settle) => (resolve = settle))
  return { promise, resolve }
}

it('begins no round while the last one goes on, and stops when that is done', async () => {
  const slow = deferred()
  let rounds = 0
  let askedToStop = false
  const job = startJob({
    name: 'slow',
    intervalMs: 1_000,
    async work(stopped) {
      rounds += 1
      await slow.promise
      askedToStop = stopped()
    },
    onFault: (_, error) => {
      throw error
    },
  })
  await vi.advanceTimersByTimeAsync(3_500)
  expect(rounds).toBe(1)
  let ended = false
  const ending = job.stop().then(() => (ended = true))
  await vi.advanceTimersByTimeAsync(3_000)
  expect(ended).toBe(false)
  slow.resolve()
  await ending
  expect(askedToStop).toBe(true)
  await vi.advanceTimersByTimeAsync(3_000)
  expect(rounds).toBe(1)
})

it('reports a round that failed, and goes on with the next', async () => {
  const faults: unknown[] = []
  let rounds = 0
  const job = startJob({
    name: 'failing',
    intervalMs: 1_000,
    work: () => {
      rounds += 1
      return Promise.reject(new Error(`round ${rounds}`))
    },
    onFault: (where, error) => faults.push([where, (error as Error).message]),
  })
  await vi.advanceTimersByTimeAsync(2_500)
  await job.stop()
  expect(faults).toEqual([
    ['failing', 'round 1'],
    ['failing', 'round 2'],
  ])
})
