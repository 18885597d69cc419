// `npm run bench`: benchmarks of this machine as a table, every throughput also as a ratio to a baseline of the same run.
// `-- --only NAME,…` runs some groups, `-- --json FILE` also writes the results as an array. docs/performance.md explains them.

import { writeFileSync } from 'node:fs'
import { arch, cpus, platform, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { benchAuthorize } from './authorize.ts'
import { benchCodec } from './codec.ts'
import { benchGrowth } from './growth.ts'
import type { BenchResult } from './measure.ts'
import { benchMemory } from './memory.ts'
import { benchProfile } from './profile.ts'
import { benchRecovery } from './recovery.ts'
import { benchReports } from './reports.ts'
import { benchSecurity } from './security.ts'
import { benchSettle } from './settle.ts'

interface BenchOptions {
  readonly minutes: number
  /** Undefined is each benchmark's own. */
  readonly rate: number | undefined
}

const groups: Readonly<Record<string, (options: BenchOptions) => Promise<BenchResult[]>>> = {
  codec: () => benchCodec(),
  security: benchSecurity,
  authorize: benchAuthorize,
  settle: () => benchSettle(),
  recovery: benchRecovery,
  growth: benchGrowth,
  memory: benchMemory,
  reports: benchReports,
  profile: benchProfile,
}

/** Not measured but looked at: only when it is asked for. */
const onlyWhenNamed = ['profile']

const usage = `npm run bench -- [options]

  --only NAME,…   some groups: ${Object.keys(groups).join(', ')}
                  (all but ${onlyWhenNamed.join(', ')} when left out)
  --json FILE     also write the results as an array
  --minutes N     memory: how long, default 2; 60 for the figure that counts
  --rate N        memory, profile: purchases begun per second; memory 500, profile as many as it takes

SHUA_BENCH_CARDS  growth: the larger number of cards, default 10000000
`

async function main(): Promise<void> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    options: { only: text, json: text, minutes: text, rate: text, help: { type: 'boolean' } },
  })
  if (values.help === true) return console.log(usage)
  const chosen = values.only?.split(',') ?? Object.keys(groups).filter((name) => !onlyWhenNamed.includes(name))
  const unknown = chosen.find((name) => !Object.hasOwn(groups, name))
  const options = {
    minutes: Number(values.minutes ?? 2),
    rate: values.rate === undefined ? undefined : Number(values.rate),
  }
  if (unknown !== undefined || !(options.minutes > 0) || (options.rate !== undefined && !(options.rate > 0))) {
    console.error(unknown === undefined ? usage : `bench: there is no group '${unknown}'\n\n${usage}`)
    process.exitCode = 2
    return
  }
  const processor = cpus()[0]?.model ?? 'unknown processor'
  console.log(
    `${processor}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()} ${arch()}, Node ${process.version}\n`,
  )
  const results: BenchResult[] = []
  for (const name of chosen) results.push(...(await groups[name]!(options)))
  print(results)
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`)
}

function print(results: readonly BenchResult[]): void {
  const number = (value: number | undefined): string =>
    value === undefined ? '' : value.toLocaleString('en-US', { maximumFractionDigits: digitsOf(value) })
  const rows = results.map((result) => [
    result.name,
    result.unit,
    number(result.median),
    `${number(result.min)} – ${number(result.max)}`,
    String(result.runs),
    number(result.baseline),
    result.ratio === undefined ? '' : `${result.ratio.toFixed(result.ratio < 10 ? 2 : 1)} ×`,
  ])
  const header = ['name', 'unit', 'median', 'range', 'runs', 'baseline', 'ratio']
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)))
  for (const row of [header, ...rows]) {
    console.log(
      row
        .map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join('  '),
    )
  }
}

/** About three digits that say something. */
function digitsOf(value: number): number {
  if (value >= 100) return 0
  return value >= 10 ? 1 : 2
}

// Ends by way of `exit`, which is what stops the databases and servers that were started.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

await main()
