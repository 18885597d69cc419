import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Deadline, DeadlineHeap } from './deadline-heap.ts'

const item = (dueMs: number): Deadline => ({ dueMs, heapIndex: -1 })

describe('deadline heap', () => {
  it('always knows the earliest, whatever is added and removed', () => {
    const steps = fc.array(fc.record({ dueMs: fc.nat(50), remove: fc.option(fc.nat(100)) }), { maxLength: 200 })
    fc.assert(
      fc.property(steps, (all) => {
        const heap = new DeadlineHeap<Deadline>()
        const model: Deadline[] = []
        for (const { dueMs, remove } of all) {
          const victim = remove === null ? undefined : model[remove % Math.max(model.length, 1)]
          if (victim) {
            heap.remove(victim)
            model.splice(model.indexOf(victim), 1)
          } else {
            const added = item(dueMs)
            heap.add(added)
            model.push(added)
          }
          expect(victim?.heapIndex ?? -1).toBe(-1)
          expect(heap.size).toBe(model.length)
          const earliest = model.length === 0 ? undefined : Math.min(...model.map((entry) => entry.dueMs))
          expect(heap.first()?.dueMs).toBe(earliest)
        }
      }),
    )
  })

  it('refuses an item it already holds or never held', () => {
    const heap = new DeadlineHeap<Deadline>()
    const held = item(1)
    heap.add(held)
    expect(() => heap.add(held)).toThrow('in one heap once')
    expect(() => heap.remove(item(1))).toThrow('only an item of this heap')
  })
})
