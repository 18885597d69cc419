import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLane, createLanes } from './payment-lane.ts'

interface Item {
  readonly id: number
  readonly keys: readonly string[]
}

const item = (id: number, ...keys: string[]): Item => ({ id, keys })

function recordingLane(options: { batchMax?: number; waitingMax?: number } = {}) {
  const batches: number[][] = []
  let release: (() => void) | undefined
  const lane = createLane<Item, number>({
    work: async (items) => {
      batches.push(items.map(({ id }) => id))
      await new Promise<void>((resolve) => (release = resolve))
      return items.map(({ id }) => id * 10)
    },
    keysOf: ({ keys }) => keys,
    batchMax: options.batchMax ?? 10,
    waitingMax: options.waitingMax ?? 100,
  })
  const finishBatch = async (): Promise<void> => {
    release?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { lane, batches, finishBatch }
}

describe('payment lane', () => {
  it('starts at once when idle and batches what arrives meanwhile', async () => {
    const { lane, batches, finishBatch } = recordingLane()
    const first = lane.submit(item(1, 'a'))
    const rest = [lane.submit(item(2, 'b')), lane.submit(item(3, 'c'))]
    expect(batches).toEqual([[1]])
    await finishBatch()
    expect(batches).toEqual([[1], [2, 3]])
    await finishBatch()
    expect(await Promise.all([first, ...rest])).toEqual([10, 20, 30])
    await lane.idle()
  })

  it('puts no two items of one card or terminal into a batch, and keeps their order', async () => {
    const { lane, batches, finishBatch } = recordingLane()
    void lane.submit(item(0, 'x'))
    void lane.submit(item(1, 'terminal 1', 'card 1'))
    void lane.submit(item(2, 'terminal 2', 'card 1'))
    void lane.submit(item(3, 'terminal 2', 'card 3'))
    void lane.submit(item(4, 'terminal 4', 'card 4'))
    for (let turn = 0; turn < 5; turn++) await finishBatch()
    // 3 is free of 1, but 2 came first and shares terminal 2 with it.
    expect(batches).toEqual([[0], [1, 4], [2], [3]])
  })

  it('refuses what does not fit instead of growing', async () => {
    const { lane, finishBatch } = recordingLane({ waitingMax: 2 })
    const answers = [1, 2, 3, 4].map((id) => lane.submit(item(id, `k${id}`)))
    expect(answers.map((answer) => answer !== undefined)).toEqual([true, true, true, false])
    for (let turn = 0; turn < 3; turn++) await finishBatch()
    await Promise.all(answers.filter((answer) => answer !== undefined))
  })

  it('rejects the items of a batch that fails and goes on with the next', async () => {
    let calls = 0
    const lane = createLane<Item, string>({
      work: (items) => {
        calls += 1
        return calls === 1 ? Promise.reject(new Error('lost')) : Promise.resolve(items.map(() => 'ok'))
      },
      keysOf: ({ keys }) => keys,
      batchMax: 1,
      waitingMax: 10,
    })
    const first = lane.submit(item(1, 'a'))
    const second = lane.submit(item(2, 'b'))
    await expect(first).rejects.toThrow('lost')
    await expect(second).resolves.toBe('ok')
  })

  it('answers every item exactly once with its own answer, in any order of keys', async () => {
    const anyItems = fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 2 }), {
      maxLength: 40,
    })
    await fc.assert(
      fc.asyncProperty(anyItems, fc.integer({ min: 1, max: 5 }), async (keysOfItems, batchMax) => {
        const seen: number[] = []
        const lane = createLane<Item, number>({
          work: (items) => {
            const keys = items.flatMap((each) => [...new Set(each.keys)])
            expect(new Set(keys).size).toBe(keys.length)
            seen.push(...items.map(({ id }) => id))
            return Promise.resolve(items.map(({ id }) => id))
          },
          keysOf: ({ keys }) => keys,
          batchMax,
          waitingMax: 1000,
        })
        const answers = await Promise.all(keysOfItems.map((keys, id) => lane.submit({ id, keys })!))
        expect(answers).toEqual(keysOfItems.map((_, id) => id))
        for (const key of ['a', 'b', 'c', 'd'] as const) {
          const order = seen.filter((id) => keysOfItems[id]!.includes(key))
          expect(order).toEqual(order.toSorted((x, y) => x - y))
        }
      }),
    )
  })
})

describe('several lanes', () => {
  it('have a batch in flight each, and are idle when all are', async () => {
    const [left, right] = [recordingLane(), recordingLane()]
    const lanes = createLanes([left.lane, right.lane], ({ id }) => id)
    const answers = [0, 1, 2, 4].map((id) => lanes.submit(item(id, `k${id}`)))
    expect([left.batches, right.batches]).toEqual([[[0]], [[1]]])
    expect(lanes.waiting).toBe(2)
    let idle = false
    const whenIdle = lanes.idle().then(() => (idle = true))
    await right.finishBatch()
    await left.finishBatch()
    expect([left.batches, idle]).toEqual([[[0], [2, 4]], false])
    await left.finishBatch()
    await whenIdle
    expect(await Promise.all(answers.filter((answer) => answer !== undefined))).toEqual([0, 10, 20, 40])
  })
})
