// A simulation that finds nothing in a broken build would prove nothing in a sound one.

import { describe, expect, it } from 'vitest'
import { mutations } from './mutations.ts'
import { runSeed } from './run-seed.ts'
import { createTemplate } from './world/network-template.ts'

const seedsMax = 1_000

describe('the simulation', async () => {
  const template = await createTemplate()

  it.each(Object.entries(mutations))('finds that %s', async (_name, { mutation, rules }) => {
    for (let seed = 1; seed < seedsMax; seed++) {
      const { violations } = await runSeed(template, seed, mutation)
      const [first] = violations
      if (first === undefined) continue
      expect(rules, `${first.rule}: ${first.what}`).toContain(first.rule)
      return
    }
    expect.fail(`${seedsMax} seeds found nothing`)
  })
})
