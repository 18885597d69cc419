// The simulation as a command: many seeds in one process or several, what was done and what struck, and every broken rule. A seed
// that breaks one is told again with `--first SEED --seeds 1 --trace`. docs/simulation.md explains it.

import { parseArgs } from 'node:util'
import { runProcesses } from './process-pool.ts'
import { addSums, emptySums, runRange, type RangeSums, type SeedFailure } from './run-range.ts'
import { createTemplate } from './world/network-template.ts'

const usage = `npm run simulation -- [options]
  --seeds N   how many seeds (default 1000)
  --first S   the first of them (default 1)
  --processes N  shares them among N processes (default 1)
  --trace     tell the story of every seed (one process)
  --doubled-answers  the answer to a doubled request may overtake the first one's
  --keep-on   go on after a seed that breaks a rule`

const progressSeeds = 5_000

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    first: { type: 'string', default: '1' },
    processes: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
    'doubled-answers': { type: 'boolean', default: false },
    'keep-on': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function tellFailure({ seed, violations, steps, storyEnd }: SeedFailure): void {
  say(`seed ${seed} breaks a rule at step ${steps}:`)
  for (const { rule, what } of violations.slice(0, 5)) say(`  rule ${rule}: ${what}`)
  for (const line of storyEnd) say(`    ${line}`)
  say(`  again: npm run simulation -- --first ${seed} --seeds 1 --trace`)
}

function tellSums(sums: RangeSums, first: number, rate: number): void {
  say(`seeds       ${sums.seeds} from ${first} on, ${rate} a minute`)
  say(`steps       ${sums.steps}`)
  say(`payments    ${sums.payments}`)
  say(`cases left  ${sums.cases} to people`)
  say('faults')
  for (const kind of Object.keys(sums.faults).sort()) say(`  ${kind.padEnd(26)} ${sums.faults[kind]}`)
  say(`violations  ${sums.failures.length}`)
}

function numberOption(name: 'seeds' | 'first' | 'processes', least: number): number {
  const number = Number(values[name])
  if (Number.isSafeInteger(number) && number >= least) return number
  say(`--${name} is a whole number of at least ${least}`)
  say(usage)
  process.exit(2)
}

async function main(): Promise<void> {
  if (values.help) {
    say(usage)
    return
  }
  const range = { first: numberOption('first', 0), seeds: numberOption('seeds', 1) }
  const processes = numberOption('processes', 1)
  const keepOn = values['keep-on']
  const answersDoubles = values['doubled-answers']
  const begunMs = performance.now()
  const sums = emptySums()
  const rate = (): number => Math.round((sums.seeds * 60_000) / (performance.now() - begunMs))
  const onSums = (part: RangeSums): void => {
    const before = sums.seeds
    addSums(sums, part)
    for (const failure of part.failures) tellFailure(failure)
    if (Math.floor(before / progressSeeds) === Math.floor(sums.seeds / progressSeeds)) return
    say(`${sums.seeds} seeds, ${rate()} a minute, ${sums.failures.length} break a rule`)
  }
  if (processes > 1) {
    const flags = [...(keepOn ? ['--keep-on'] : []), ...(answersDoubles ? ['--doubled-answers'] : [])]
    const onInterrupt = (): void => tellSums(sums, range.first, rate())
    await runProcesses({ range, processes, flags, keepOn, onSums, onInterrupt })
  } else {
    if (!values.trace) Error.stackTraceLimit = 0
    const template = await createTemplate()
    for (let first = range.first; first < range.first + range.seeds; first++) {
      const part = await runRange(
        template,
        { first, seeds: 1 },
        {
          keepOn,
          answersDoubles,
          onResult: ({ story }) => {
            if (values.trace) for (const line of story) say(line)
          },
        },
      )
      onSums(part)
      if (sums.failures.length > 0 && !keepOn) break
    }
  }
  tellSums(sums, range.first, rate())
  if (sums.failures.length > 0) process.exitCode = 1
}

await main()
