// `npm run fuzz -- --minutes M` or `--count N`, optionally `--seed S`: runs the codec's fuzzer in slices, each with a seed
// of its own that is printed, until the time is over or the messages are through. Ends with 1 at the first broken promise.

import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { fuzzCodec, reportFuzz } from './fuzz-codec.ts'

const usage = 'npm run fuzz -- (--minutes M | --count N) [--seed S]'
const sliceCount = 50_000
const minutesDefault = 1

interface Plan {
  readonly endsAtMs: number
  readonly count: number
  readonly seed: number
}

function readPlan(): Plan | undefined {
  const { values } = parseArgs({
    options: { minutes: { type: 'string' }, count: { type: 'string' }, seed: { type: 'string' } },
  })
  const count = values.count === undefined ? Number.POSITIVE_INFINITY : Number(values.count)
  const minutes = Number(values.minutes ?? (values.count === undefined ? minutesDefault : Number.POSITIVE_INFINITY))
  const seed = values.seed === undefined ? randomInt(2 ** 32) : Number(values.seed)
  const right = count > 0 && minutes > 0 && Number.isSafeInteger(seed) && seed >= 0
  return right ? { endsAtMs: performance.now() + minutes * 60_000, count, seed } : undefined
}

function run({ endsAtMs, count, seed }: Plan): number {
  const total = { count: 0, accepted: 0, refused: 0, seconds: 0 }
  for (let slice = 0; total.count < count && performance.now() < endsAtMs; slice++) {
    const result = fuzzCodec({ count: Math.min(sliceCount, count - total.count), seed: seed + slice })
    console.log(reportFuzz(result))
    total.count += result.count
    total.accepted += result.accepted
    total.refused += result.refused
    total.seconds += result.seconds
    if (result.deviations.length > 0) return 1
  }
  const { accepted, refused, seconds } = total
  console.log(
    `${total.count} messages, ${accepted} accepted, ${refused} refused, ${seconds.toFixed(1)} s, no deviation`,
  )
  return 0
}

const plan = readPlan()
if (plan === undefined) console.error(usage)
process.exitCode = plan === undefined ? 2 : run(plan)
