// A hundred seeds on every run of the tests, and the promise that a seed tells the same story twice.

import { beforeAll, describe, expect, it } from 'vitest'
import { runSeed } from './run-seed.ts'
import { createTemplate, type NetworkTemplate } from './world/network-template.ts'

const seeds = { first: 1, count: 100 }

describe('the protocol in one process', () => {
  let template: NetworkTemplate
  beforeAll(async () => {
    template = await createTemplate()
  })

  it(`keeps the money rules in ${seeds.count} seeds`, async () => {
    const broken: string[] = []
    const faults = new Set<string>()
    let payments = 0
    for (let seed = seeds.first; seed < seeds.first + seeds.count; seed++) {
      const result = await runSeed(template, seed)
      payments += result.payments
      for (const kind of result.faults.keys()) faults.add(kind)
      for (const { rule, what } of result.violations)
        broken.push(`seed ${seed}, step ${result.steps}, rule ${rule}: ${what}`)
    }
    expect(broken).toEqual([])
    expect(payments).toBeGreaterThan(seeds.count)
    expect(faults.size).toBeGreaterThan(15)
  })

  it.each([7, 42, 20_260_801])('tells the story of seed %i the same way twice', async (seed) => {
    const first = await runSeed(template, seed)
    await runSeed(template, seed + 1)
    const second = await runSeed(template, seed)
    expect(second.story).toEqual(first.story)
    expect(second.storyHash).toBe(first.storyHash)
  })
})
