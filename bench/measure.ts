// How every benchmark measures and reports: several short runs of each contender, taken in turns so that a noisy
// machine is noisy for all of them, and the median of the runs. bench/main.ts prints the results.

export interface BenchResult {
  readonly name: string
  /** What the numbers count, e.g. `messages/s`. */
  readonly unit: string
  readonly median: number
  readonly min: number
  readonly max: number
  readonly runs: number
  /** The median of what it is compared with, measured in the same run. */
  readonly baseline?: number
  /** median ÷ baseline */
  readonly ratio?: number
}

export interface Contender {
  readonly name: string
  /** Does the work so many times. */
  readonly repeat: (count: number) => void
}

export interface MeasureOptions {
  readonly runs: number
  /** How long one run of one contender takes, about. */
  readonly runMs: number
  /** `processor` for pure computation, where waiting for a busy machine says nothing; `wall` (default) for all else. */
  readonly clock?: 'wall' | 'processor'
}

/** The rates per second of each contender, by name, one number a run. */
export function measureRates(contenders: readonly Contender[], options: MeasureOptions): Map<string, number[]> {
  const counts = new Map(contenders.map((contender) => [contender.name, warmUp(contender, options)]))
  const rates = new Map<string, number[]>(contenders.map(({ name }) => [name, []]))
  // The first round is thrown away: what a contender does makes the compiler think again about the code they share.
  for (let run = -1; run < options.runs; run++) {
    for (const { name, repeat } of contenders) {
      const count = counts.get(name)!
      const rate = count / secondsOf(() => repeat(count), options.clock)
      if (run >= 0) rates.get(name)!.push(rate)
    }
  }
  return rates
}

/** Repeats until the compiler has seen enough, and says how many repetitions fill a run. */
function warmUp({ repeat }: Contender, { runMs, clock }: MeasureOptions): number {
  let count = 16
  for (;;) {
    const seconds = secondsOf(() => repeat(count), clock)
    if (seconds * 1000 >= runMs) return Math.max(Math.round((count * runMs) / 1000 / seconds), 1)
    count *= 2
  }
}

function secondsOf(work: () => void, clock: MeasureOptions['clock']): number {
  if (clock === 'processor') {
    const start = process.cpuUsage()
    work()
    const used = process.cpuUsage(start)
    return (used.user + used.system) / 1e6
  }
  const start = process.hrtime.bigint()
  work()
  return Number(process.hrtime.bigint() - start) / 1e9
}

export function resultOf(
  name: string,
  unit: string,
  figures: { readonly values: readonly number[]; readonly baseline?: readonly number[] },
): BenchResult {
  const { values, baseline } = figures
  const median = medianOf(values)
  const summary = { name, unit, median, min: Math.min(...values), max: Math.max(...values), runs: values.length }
  if (baseline === undefined) return summary
  const base = medianOf(baseline)
  return { ...summary, baseline: base, ratio: median / base }
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
