// Many seeds one after the other, summed up: what a single process does, and what each of several does with its part.

import { runSeed, type Mutation, type SeedResult } from './run-seed.ts'
import type { NetworkTemplate } from './world/network-template.ts'

export interface SeedRange {
  readonly first: number
  readonly seeds: number
}

/** A seed that broke a rule, as it is told. */
export type SeedFailure = Pick<SeedResult, 'seed' | 'steps' | 'violations'> & { readonly storyEnd: readonly string[] }

export interface RangeSums {
  seeds: number
  steps: number
  payments: number
  cases: number
  /** By kind. */
  readonly faults: Record<string, number>
  readonly failures: SeedFailure[]
}

const storyEndLines = 12

export function emptySums(): RangeSums {
  return { seeds: 0, steps: 0, payments: 0, cases: 0, faults: {}, failures: [] }
}

export function addSums(sums: RangeSums, part: RangeSums): void {
  sums.seeds += part.seeds
  sums.steps += part.steps
  sums.payments += part.payments
  sums.cases += part.cases
  for (const [kind, count] of Object.entries(part.faults)) sums.faults[kind] = (sums.faults[kind] ?? 0) + count
  sums.failures.push(...part.failures)
}

export async function runRange(
  template: NetworkTemplate,
  range: SeedRange,
  options: Pick<Mutation, 'answersDoubles'> & {
    /** Whether it goes on after a seed that breaks a rule. */
    readonly keepOn: boolean
    readonly onResult?: (result: SeedResult) => void
  },
): Promise<RangeSums> {
  const { answersDoubles = false } = options
  const sums = emptySums()
  for (let seed = range.first; seed < range.first + range.seeds; seed++) {
    const result = await runSeed(template, seed, { answersDoubles })
    const { steps, payments, cases, faults, violations, story } = result
    const failed = violations.length > 0
    const storyEnd = story.slice(-storyEndLines)
    const failures = failed ? [{ seed, steps, violations, storyEnd }] : []
    addSums(sums, { seeds: 1, steps, payments, cases, faults: Object.fromEntries(faults), failures })
    options.onResult?.(result)
    if (failed && !options.keepOn) break
  }
  return sums
}
