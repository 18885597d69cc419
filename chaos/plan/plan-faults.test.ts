// The plan is a function of the seed, and holds as many faults of every kind as a run of its length promises.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { faultKinds, parseFaultKinds } from './fault-kind.ts'
import { planFaults, type PlanOptions } from './plan-faults.ts'

const options: PlanOptions = {
  seed: 7,
  minutes: 30,
  kinds: faultKinds,
  servers: 2,
  agents: 3,
  answerTimeoutMs: 3_000,
}

describe('fault plan', () => {
  it('is the same for the same seed and another one for another seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (seed) => {
        const plan = planFaults({ ...options, seed, minutes: 2 })
        expect(planFaults({ ...options, seed, minutes: 2 })).toEqual(plan)
        expect(planFaults({ ...options, seed: seed + 1, minutes: 2 })).not.toEqual(plan)
      }),
      { numRuns: 50 },
    )
  })

  it('holds more than 200 of every kind in half an hour, all within it, in order', () => {
    const plan = planFaults(options)
    for (const kind of faultKinds) expect(plan.filter((fault) => fault.kind === kind).length, kind).toBeGreaterThan(200)
    expect(plan.map(({ atMs }) => atMs)).toEqual(plan.map(({ atMs }) => atMs).toSorted((a, b) => a - b))
    expect(plan.at(-1)!.atMs).toBeLessThan(30 * 60_000)
  })

  it('has every kind in a short run too', () => {
    const kinds = new Set(planFaults({ ...options, minutes: 0.1 }).map(({ kind }) => kind))
    expect([...kinds].toSorted()).toEqual([...faultKinds].toSorted())
  })

  it('leaves the other kinds as they are when one is left out', () => {
    const kinds = faultKinds.filter((kind) => kind !== 'kill-database')
    const without = planFaults({ ...options, kinds })
    expect(without).toEqual(planFaults(options).filter(({ kind }) => kind !== 'kill-database'))
  })

  it('hits only what there is, and freezes longer than terminals wait as well as shorter', () => {
    const plan = planFaults(options)
    const targets = (part: string): Set<number> =>
      new Set(plan.filter(({ kind }) => kind.endsWith(part)).map(({ target }) => target))
    expect(targets('-server')).toEqual(new Set([0, 1]))
    expect(targets('-agent')).toEqual(new Set([0, 1, 2]))
    const freezes = plan.filter(({ kind }) => kind.startsWith('freeze-'))
    expect(freezes.some(({ durationMs }) => durationMs > options.answerTimeoutMs)).toBe(true)
    expect(freezes.some(({ durationMs }) => durationMs < options.answerTimeoutMs)).toBe(true)
  })

  it.each([
    ['kill-server,link-cut', ['kill-server', 'link-cut']],
    ['link-cut, kill-server', ['kill-server', 'link-cut']],
    ['kill-everything', undefined],
    ['', undefined],
  ])('reads the names of kinds %j', (text, kinds) => {
    expect(parseFaultKinds(text)).toEqual(kinds)
  })
})
