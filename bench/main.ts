// `npm run bench`: benchmarks of this machine as a table, every throughput also as a ratio to a baseline of the same run.
// `-- --only NAME` runs one group, `-- --json FILE` also writes the results as an array.

import { writeFileSync } from 'node:fs'
import { arch, cpus, platform, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { benchAuthorize } from './authorize.ts'
import { benchCodec } from './codec.ts'
import type { BenchResult } from './measure.ts'
import { benchSecurity } from './security.ts'

const groups: Readonly<Record<string, () => Promise<BenchResult[]>>> = {
  codec: benchCodec,
  security: benchSecurity,
  authorize: benchAuthorize,
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'string' } } })
  const chosen = values.only === undefined ? Object.keys(groups) : [values.only]
  if (chosen.some((name) => !Object.hasOwn(groups, name))) {
    console.error(`bench: there is no group '${values.only}'; there are ${Object.keys(groups).join(', ')}`)
    process.exitCode = 2
    return
  }
  const processor = cpus()[0]?.model ?? 'unknown processor'
  console.log(
    `${processor}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()} ${arch()}, Node ${process.version}\n`,
  )
  const results: BenchResult[] = []
  for (const name of chosen) results.push(...(await groups[name]!()))
  print(results)
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`)
}

function print(results: readonly BenchResult[]): void {
  const number = (value: number | undefined): string =>
    value === undefined ? '' : value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 1 : 0 })
  const rows = results.map((result) => [
    result.name,
    result.unit,
    number(result.median),
    `${number(result.min)} – ${number(result.max)}`,
    String(result.runs),
    number(result.baseline),
    result.ratio === undefined ? '' : `${result.ratio.toFixed(1)} ×`,
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

await main()
