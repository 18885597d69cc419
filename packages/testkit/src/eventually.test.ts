import { expect, test } from 'vitest'
import { eventually } from './eventually.ts'

test('repeats until the check holds and answers its value', async () => {
  let runs = 0
  const check = async (): Promise<string> => {
    if (++runs < 3) throw new Error('not yet')
    return 'done'
  }
  expect(await eventually(check, { timeoutMs: 10_000, intervalMs: 1 })).toBe('done')
  expect(runs).toBe(3)
})

test('throws the last error when time is up', async () => {
  let runs = 0
  const check = (): never => {
    throw new Error(`attempt ${++runs}`)
  }
  const error: unknown = await eventually(check, { timeoutMs: 30, intervalMs: 1 }).catch((thrown: unknown) => thrown)
  expect(error).toEqual(new Error(`attempt ${runs}`))
  expect(runs).toBeGreaterThan(1)
})
