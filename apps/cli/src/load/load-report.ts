// What a load run found, as data (`--json`) and as a table.

import { LatencyHistogram, type LatencySummary } from './latency-histogram.ts'
import type { LoadOptions } from './load-options.ts'
import { loadProblems, type LoadKind, type LoadProblem, type LoadTally } from './load-tally.ts'

export interface LoadReport {
  readonly loop: 'closed' | 'open'
  readonly terminals: number
  readonly cards: number
  readonly seconds: number
  /** Answered messages per second. */
  readonly rate: number
  readonly arrivalRate: number | null
  readonly latency: LatencySummary
  readonly kinds: readonly {
    readonly kind: LoadKind
    readonly latency: LatencySummary
    readonly codes: Readonly<Record<string, number>>
  }[]
  readonly problems: Readonly<Record<LoadProblem, number>>
  /** Terminals whose totals the host confirmed, contradicted, or was not heard about. */
  readonly settlement: { readonly balanced: number; readonly different: number; readonly unknown: number }
  /** Processor seconds of the generator per second: what it takes away from the host on the same machine. */
  readonly generatorLoad: number
  readonly sound: boolean
}

export function reportOf(run: {
  options: LoadOptions
  tally: LoadTally
  seconds: number
  processorSeconds: number
  settled: readonly (boolean | undefined)[]
}): LoadReport {
  const { options, tally, seconds, settled } = run
  const all = new LatencyHistogram()
  for (const { latency } of tally.kinds()) all.add(latency)
  const problems = Object.fromEntries(
    loadProblems.map((problem) => [problem, tally.problems.get(problem) ?? 0]),
  ) as Record<LoadProblem, number>
  const settlement = {
    balanced: settled.filter((each) => each === true).length,
    different: settled.filter((each) => each === false).length,
    unknown: settled.filter((each) => each === undefined).length,
  }
  return {
    loop: options.arrivalRate === undefined ? 'closed' : 'open',
    terminals: options.terminals,
    cards: options.cards,
    seconds: Math.round(seconds * 1000) / 1000,
    rate: Math.round((all.count / seconds) * 10) / 10,
    arrivalRate: options.arrivalRate ?? null,
    latency: all.summary(),
    kinds: tally
      .kinds()
      .map(({ kind, latency, codes }) => ({ kind, latency: latency.summary(), codes: Object.fromEntries(codes) })),
    problems,
    settlement,
    generatorLoad: Math.round((run.processorSeconds / seconds) * 100) / 100,
    sound: settlement.balanced === settled.length && Object.values(problems).every((count) => count === 0),
  }
}

const columns = ['message', 'count', 'p50 ms', 'p90 ms', 'p99 ms', 'p99.9 ms', 'max ms', 'codes'] as const

export function formatReport(report: LoadReport): string {
  const row = (name: string, latency: LatencySummary, codes: string): string[] => [
    name,
    String(latency.count),
    ...[latency.p50Ms, latency.p90Ms, latency.p99Ms, latency.p999Ms, latency.maxMs].map((ms) => ms.toFixed(2)),
    codes,
  ]
  const codesOf = (codes: Readonly<Record<string, number>>): string =>
    Object.entries(codes)
      .map(([code, count]) => `${code}:${count}`)
      .join(' ')
  const rows = [
    [...columns],
    ...report.kinds.map(({ kind, latency, codes }) => row(kind, latency, codesOf(codes))),
    row('all', report.latency, ''),
  ]
  const widths = columns.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)))
  const table = rows.map((cells) =>
    cells
      .map((cell, column) =>
        column === 0 || column === columns.length - 1 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  )
  const { settlement, problems } = report
  const wanted = report.arrivalRate === null ? 'closed loop' : `open loop at ${report.arrivalRate}/s`
  return [
    `${report.terminals} terminals, ${report.cards} cards, ${wanted}, ${report.seconds.toFixed(1)} s: ${report.rate.toFixed(1)} answers/s`,
    '',
    ...table,
    '',
    `settlement  ${settlement.balanced} balanced, ${settlement.different} different, ${settlement.unknown} unknown`,
    `problems    ${Object.entries(problems)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
    `generator   ${report.generatorLoad.toFixed(2)} processors`,
    report.sound ? 'sound: every answer was right and every batch balanced' : 'NOT SOUND',
  ].join('\n')
}
