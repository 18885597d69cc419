// Whether a large issuer is slower: purchases a second with 100,000 cards and with 10,000,000 on the same PostgreSQL with the
// same settings, in turns. The cards that pay are a random part of all, each alone on its page of the table among others.
// SHUA_BENCH_CARDS asks for another number than ten million.

import { totalmem } from 'node:os'
import { openDatabase } from '@shua/postgres'
import { refuseWrongBooks } from './check-books.ts'
import { startDurablePostgres } from './durable-postgres.ts'
import { medianOf, resultOf, type BenchResult } from './measure.ts'
import { runLoadProcess, startNetworkProcess, type NetworkProcess } from './processes.ts'

const fewCards = 100_000
const manyCards = 10_000_000
/** As many as of the small size, so that the generator does the same work; more than a run comes to. */
const payingCardsMax = 100_000
const terminals = 256
const runs = 5
const runSeconds = 20

/** For both sizes alike: what a server with ten million cards is given, and what one with few does not mind. */
const settings = {
  // A quarter of the machine's memory, as PostgreSQL's own manual advises.
  shared_buffers: `${Math.floor(totalmem() / 4 / 2 ** 20)}MB`,
  max_wal_size: '8GB',
  checkpoint_timeout: '15min',
  // The compression that this PostgreSQL is built with takes longer than the bytes it saves.
  wal_compression: 'off',
} as const

export async function benchGrowth(): Promise<BenchResult[]> {
  const cards = cardsWanted()
  const postgres = await startDurablePostgres(settings)
  try {
    const few = await seeded(await postgres.createDatabase('few'), fewCards)
    const many = await seeded(await postgres.createDatabase('many'), cards)
    const rates: number[] = []
    const baseline: number[] = []
    // The first round is thrown away: it fills the compiler's and the database's caches.
    for (let run = -1; run < runs; run++) {
      const fewRate = await rateOf(few)
      const manyRate = await rateOf(many)
      if (run < 0) continue
      baseline.push(fewRate)
      rates.push(manyRate)
    }
    for (const { network, url } of [few, many]) {
      await network.stop()
      await refuseWrongBooks(url)
    }
    console.log(
      `growth: ${fewCards} cards ${medianOf(baseline).toFixed(0)}/s, ${cards} cards ${medianOf(rates).toFixed(0)}/s\n`,
    )
    return [resultOf('growth.cards', 'purchases/s', { values: rates, baseline })]
  } finally {
    await postgres.stop()
  }
}

interface Seeded {
  readonly network: NetworkProcess
  readonly url: string
  readonly payingCards: number
}

function cardsWanted(): number {
  const text = process.env['SHUA_BENCH_CARDS'] ?? String(manyCards)
  const cards = Number(text)
  if (/^\d+$/.test(text) && cards >= fewCards && cards <= 50_000_000) return cards
  throw new Error(`SHUA_BENCH_CARDS must be a whole number from ${fewCards} to 50000000`)
}

async function seeded(url: string, cards: number): Promise<Seeded> {
  const payingCards = Math.min(cards, payingCardsMax)
  const network = await startNetworkProcess({ url, terminals, cards, payingCards })
  const database = openDatabase({ url, connectionsMax: 1, applicationName: 'shua-bench' })
  const [row] = await database.query<{ size: string; issued: bigint }>(
    'select pg_size_pretty(pg_database_size(current_database())) as size, (select count(*) from issuer.card) as issued',
  )
  await database.close()
  if (row?.issued !== BigInt(cards)) throw new Error(`there are ${row?.issued} cards and not ${cards}`)
  console.log(
    `growth: ${cards} cards, ${payingCards} of them paying, ${row.size}, in ${network.seedSeconds.toFixed(0)} s`,
  )
  return { network, url, payingCards }
}

/** What the run before left to be written is written before, not during this one. */
async function rateOf({ network, url, payingCards }: Seeded): Promise<number> {
  const database = openDatabase({ url, connectionsMax: 1, applicationName: 'shua-bench' })
  await database.query('checkpoint')
  await database.close()
  const run = await runLoadProcess({
    port: network.port,
    terminals,
    cards: payingCards,
    'warm-up': 5,
    seconds: runSeconds,
  })
  return run.rate
}
