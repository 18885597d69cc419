// The simulation as a command: many seeds one after the other, what was done and what struck, and every broken rule. A seed that
// breaks one is told again with `--first SEED --seeds 1 --trace`. docs/simulation.md explains it.

import { parseArgs } from 'node:util'
import { runSeed, type SeedResult } from './run-seed.ts'
import { createTemplate } from './world/network-template.ts'

const usage = `npm run simulation -- [options]
  --seeds N   how many seeds (default 1000)
  --first S   the first of them (default 1)
  --trace     tell the story of every seed
  --doubled-answers  the answer to a doubled request may overtake the first one's
  --keep-on   go on after a seed that breaks a rule`

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    first: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
    'doubled-answers': { type: 'boolean', default: false },
    'keep-on': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function tellFailure({ seed, violations, steps, story }: SeedResult): void {
  say(`seed ${seed} breaks a rule at step ${steps}:`)
  for (const { rule, what } of violations.slice(0, 5)) say(`  rule ${rule}: ${what}`)
  for (const line of story.slice(-12)) say(`    ${line}`)
  say(`  again: npm run simulation -- --first ${seed} --seeds 1 --trace`)
}

async function main(): Promise<void> {
  if (values.help) {
    say(usage)
    return
  }
  const first = Number(values.first)
  const seeds = Number(values.seeds)
  const template = await createTemplate()
  const begunMs = performance.now()
  const faults = new Map<string, number>()
  const sums = { seeds: 0, steps: 0, payments: 0, cases: 0, failed: 0 }
  for (let seed = first; seed < first + seeds; seed++) {
    const result = await runSeed(template, seed, { answersDoubles: values['doubled-answers'] })
    sums.seeds += 1
    sums.steps += result.steps
    sums.payments += result.payments
    sums.cases += result.cases
    for (const [kind, count] of result.faults) faults.set(kind, (faults.get(kind) ?? 0) + count)
    if (values.trace) for (const line of result.story) say(line)
    if (result.violations.length === 0) continue
    sums.failed += 1
    tellFailure(result)
    if (!values['keep-on']) break
  }
  const minutes = (performance.now() - begunMs) / 60_000
  say(`seeds       ${sums.seeds} from ${first} on, ${Math.round(sums.seeds / minutes)} a minute`)
  say(`steps       ${sums.steps}`)
  say(`payments    ${sums.payments}`)
  say(`cases left  ${sums.cases} to people`)
  say('faults')
  for (const [kind, count] of [...faults].sort(([a], [b]) => (a < b ? -1 : 1))) say(`  ${kind.padEnd(26)} ${count}`)
  say(`violations  ${sums.failed}`)
  if (sums.failed > 0) process.exitCode = 1
}

await main()
