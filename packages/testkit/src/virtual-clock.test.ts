import { expect, test } from 'vitest'
import { VirtualClock } from './virtual-clock.ts'

test('stands still until it is moved', async () => {
  const clock = new VirtualClock(1_000)
  expect(clock.nowMs()).toBe(1_000)
  await clock.advance(500)
  expect(clock.nowMs()).toBe(1_500)
  expect(clock.now()).toEqual(new Date(1_500))
  expect(clock.nanoseconds()).toBe(1_500_000_000n)
})

test('fires timers in order of time, each at its own moment, and those of one moment as they were set', async () => {
  const clock = new VirtualClock(0)
  const fired: string[] = []
  const note = (name: string) => (): void => void fired.push(`${name}@${clock.nowMs()}`)
  clock.after(30, note('late'))
  clock.after(10, note('first'))
  clock.after(10, note('second'))
  clock.after(31, note('never'))
  await clock.advance(30)
  expect(fired).toEqual(['first@10', 'second@10', 'late@30'])
  expect(clock.pendingCount).toBe(1)
})

test('fires what a timer sets in turn, when that falls due on the way', async () => {
  const clock = new VirtualClock(0)
  const woken: number[] = []
  const loop = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(10)
      woken.push(clock.nowMs())
    }
  }
  void loop()
  await clock.advance(35)
  expect(woken).toEqual([10, 20, 30])
})

test('a cancelled timer does not fire', async () => {
  const clock = new VirtualClock(0)
  let fired = false
  const cancel = clock.after(10, () => (fired = true))
  cancel()
  await clock.advance(20)
  expect(fired).toBe(false)
  expect(clock.pendingCount).toBe(0)
})

test('does not go back', async () => {
  await expect(new VirtualClock().advance(-1)).rejects.toThrow('assertion failed')
})
