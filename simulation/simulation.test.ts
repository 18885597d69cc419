// A hundred seeds on every run of the tests, and the promise that a seed tells the same story twice.

import { beforeAll, describe, expect, it } from 'vitest'
import { runSeed } from './run-seed.ts'
import { createTemplate, type NetworkTemplate } from './world/network-template.ts'

/** A hundred seeds, in parts that a busy machine gets through in time. */
const partSeeds = 25
const parts = [1, 26, 51, 76]

describe('the protocol in one process', () => {
  let template: NetworkTemplate
  beforeAll(async () => {
    template = await createTemplate()
  })

  it.each(parts)(`keeps the money rules in ${partSeeds} seeds from %i on`, async (firstSeed) => {
    const broken: string[] = []
    const faults = new Set<string>()
    let payments = 0
    for (let seed = firstSeed; seed < firstSeed + partSeeds; seed++) {
      const result = await runSeed(template, seed)
      payments += result.payments
      for (const kind of result.faults.keys()) faults.add(kind)
      for (const { rule, what } of result.violations)
        broken.push(`seed ${seed}, step ${result.steps}, rule ${rule}: ${what}`)
    }
    expect(broken).toEqual([])
    expect(payments).toBeGreaterThan(partSeeds)
    expect(faults.size).toBeGreaterThan(15)
  })

  it.each([7, 42, 20_260_801])('tells the story of seed %i the same way twice', async (seed) => {
    const first = await runSeed(template, seed)
    await runSeed(template, seed + 1)
    const second = await runSeed(template, seed)
    expect(second.story).toEqual(first.story)
  })
})
