// Whether the server's memory grows: the whole product under a fixed load, open loop, a sample every ten seconds. `memory.flat`
// is the resident memory at the end over that after five minutes. `--minutes 60` is the figure that counts; the short default
// shows that the benchmark works and no leak of megabytes a second.

import { refuseWrongBooks } from './check-books.ts'
import { startDurablePostgres } from './durable-postgres.ts'
import { medianOf, type BenchResult } from './measure.ts'
import { startLoadProcess } from './processes.ts'
import { postgresMemory } from './process-usage.ts'
import { prepareServer, type BenchServer } from './server-process.ts'

export interface MemoryOptions {
  readonly minutes: number
  /** Purchases begun per second, default 500. */
  readonly rate: number | undefined
}

const terminals = 128
const cards = 20_000
const sampleMs = 10_000
const settledMs = 5 * 60_000
/** Samples of which the median stands for a moment: garbage is collected when it is, not when we look. */
const windowSize = 6

interface Sample {
  readonly atMs: number
  readonly rss: number
  readonly heapUsed: number
  readonly external: number
  readonly postgres: number | undefined
}

export async function benchMemory({ minutes, rate = 500 }: MemoryOptions): Promise<BenchResult[]> {
  const postgres = await startDurablePostgres()
  try {
    const url = await postgres.createDatabase('network')
    const server = await prepareServer({ url, terminals, cards })
    await server.start()
    const seconds = Math.max(60, Math.round(minutes * 60))
    const load = startLoadProcess({ port: server.terminalPort, terminals, cards, rate, seconds, 'warm-up': 0 })
    console.log(`memory: ${rate} purchases/s for ${minutes} minutes`)
    const samples = await sampleUntil(load.ended, () => sampleOf(server, postgres.pid))
    const run = await load.ended
    if (!run.sound) throw new Error(`the load run was not sound: ${JSON.stringify(run)}`)
    await server.remove()
    await refuseWrongBooks(url)
    console.log(`memory: ${run.rate.toFixed(0)} answers/s, p99 ${run.latency.p99Ms.toFixed(1)} ms\n`)
    return [resultOfSamples(samples, seconds * 1000)]
  } finally {
    await postgres.stop()
  }
}

async function sampleUntil(ended: Promise<unknown>, sample: () => Promise<Omit<Sample, 'atMs'>>): Promise<Sample[]> {
  const samples: Sample[] = []
  let running = true
  const end = ended.finally(() => (running = false)).catch(() => undefined)
  const startMs = performance.now()
  console.log(['   min', 'resident', '    heap', 'external', 'PostgreSQL'].join('  ') + '   MiB')
  for (let count = 1; ; count++) {
    await Promise.race([end, pause(startMs + count * sampleMs - performance.now())])
    if (!running) return samples
    const taken = { atMs: performance.now() - startMs, ...(await sample()) }
    samples.push(taken)
    const cells = [taken.rss, taken.heapUsed, taken.external, taken.postgres].map((bytes) =>
      mebibytes(bytes).padStart(8),
    )
    console.log(`${(taken.atMs / 60_000).toFixed(1).padStart(6)}  ${cells.join('  ')}`)
  }
}

async function sampleOf(server: BenchServer, postgresPid: number): Promise<Omit<Sample, 'atMs'>> {
  const [rss, heapUsed, external] = await Promise.all([
    server.metric('process_resident_memory_bytes'),
    server.metric('nodejs_heap_size_used_bytes'),
    server.metric('nodejs_external_memory_bytes'),
  ])
  return { rss, heapUsed, external, postgres: postgresMemory(postgresPid) }
}

function resultOfSamples(samples: readonly Sample[], durationMs: number): BenchResult {
  const isFull = durationMs >= 2 * settledMs
  const fromMs = isFull ? settledMs : durationMs / 4
  if (!isFull) {
    console.log(
      `memory: too short to judge; compared with the memory after ${(fromMs / 1000).toFixed(0)} s. Use --minutes 60.\n`,
    )
  }
  const from = samples.findIndex(({ atMs }) => atMs >= fromMs)
  const size = Math.min(windowSize, Math.ceil((samples.length - from) / 2))
  const settled = samples.slice(from, from + size).map(({ rss }) => rss / 2 ** 20)
  const last = samples.slice(-size).map(({ rss }) => rss / 2 ** 20)
  const [median, baseline] = [medianOf(last), medianOf(settled)]
  return {
    name: 'memory.flat',
    unit: 'MiB',
    median,
    min: Math.min(...last),
    max: Math.max(...last),
    runs: last.length,
    baseline,
    ratio: median / baseline,
  }
}

function mebibytes(bytes: number | undefined): string {
  return bytes === undefined ? '' : (bytes / 2 ** 20).toFixed(1)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))
}
