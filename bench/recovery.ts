// How long a death lasts: the server, and then the database, is killed (SIGKILL) under load and started again at once, and the
// time until the next approved purchase is taken. Both run as in production, the server with its web and demo terminals. The
// baselines are of the same run: an ordinary start of the server, and PostgreSQL's own recovery until it takes a statement.
// Afterwards every payment without an answer was reversed, every batch balances, and the books are right.

import { openDatabase } from '@shua/postgres'
import { openApprovalProbe, type ApprovalProbe } from './approval-probe.ts'
import { refuseWrongBooks } from './check-books.ts'
import { startKillablePostgres, type KillablePostgres } from './killable-postgres.ts'
import { resultOf, type BenchResult } from './measure.ts'
import { startLoadProcess, type LoadRun } from './processes.ts'
import { prepareServer, type BenchServer } from './server-process.ts'

const loadTerminals = 64
const probeTerminals = 64
const cards = 5_000
const runs = 3
/** Purchases begun per second while something dies: well below what the chain can do, so that recovery is not drowned. */
const rate = 300
/** Long enough for two deaths and what they leave. */
const loadSeconds = 30

interface Chain {
  readonly postgres: KillablePostgres
  readonly server: BenchServer
  readonly url: string
}

interface Death {
  /** Seconds from the kill to the next approved purchase. */
  readonly whole: number
  readonly baseline: number
}

export async function benchRecovery(): Promise<BenchResult[]> {
  const postgres = await startKillablePostgres()
  try {
    const url = await postgres.createDatabase('network')
    const server = await prepareServer({ url, terminals: loadTerminals + probeTerminals, cards })
    // The first start builds the web and loads the demo data; it is no measure of a start.
    await server.start()
    const chain = { postgres, server, url }
    const starts: number[] = []
    const servers: Death[] = []
    const databases: Death[] = []
    for (let run = 0; run < runs; run++) {
      starts.push(await measureStart(chain))
      await underLoad(chain, async (probe) => {
        servers.push(await killServer(chain, probe))
        await pause(3_000)
        databases.push(await killDatabase(chain, probe))
      })
    }
    await server.remove()
    await refuseWrongBooks(url)
    const whole = (deaths: readonly Death[]): number[] => deaths.map((death) => death.whole)
    return [
      resultOf('recovery.server', 's', { values: whole(servers), baseline: starts }),
      resultOf('recovery.database', 's', {
        values: whole(databases),
        baseline: databases.map(({ baseline }) => baseline),
      }),
    ]
  } finally {
    await postgres.stop()
  }
}

/** A clean stop and start, until the first approved purchase. */
async function measureStart({ server }: Chain): Promise<number> {
  const probe = await openApprovalProbe(probed(server))
  // Like a death, from the moment the old one is gone.
  await server.stop()
  const startMs = performance.now()
  const [approvedMs] = await Promise.all([probe.nextApproval(), server.start()])
  refuseDifferences(await probe.close())
  return (approvedMs - startMs) / 1000
}

async function underLoad({ server, url }: Chain, work: (probe: ApprovalProbe) => Promise<void>): Promise<void> {
  const probe = await openApprovalProbe(probed(server))
  const load = startLoadProcess({
    port: server.terminalPort,
    terminals: loadTerminals,
    cards,
    rate,
    seconds: loadSeconds,
    'warm-up': 0,
    'timeout-ms': 5_000,
  })
  await Promise.race([untilPaying(url), load.ended])
  await work(probe)
  refuseDifferences(await probe.close())
  refuseUnsettled(await load.ended)
}

/** The generator signs all its terminals on first, which takes as long as it takes. */
async function untilPaying(url: string): Promise<void> {
  const database = openDatabase({ url, connectionsMax: 1, applicationName: 'shua-bench' })
  const count = async (): Promise<bigint> => {
    const [row] = await database.query<{ count: bigint }>('select count(*) from acquirer.payment')
    return row!.count
  }
  try {
    const before = await count()
    while ((await count()) < before + BigInt(rate)) await pause(100)
  } finally {
    await database.close()
  }
}

async function killServer({ server }: Chain, probe: ApprovalProbe): Promise<Death> {
  const startMs = performance.now()
  await server.kill()
  const [approvedMs] = await Promise.all([probe.nextApproval(), server.start()])
  return { whole: (approvedMs - startMs) / 1000, baseline: 0 }
}

async function killDatabase({ postgres }: Chain, probe: ApprovalProbe): Promise<Death> {
  const startMs = performance.now()
  await postgres.kill()
  const next = probe.nextApproval()
  await postgres.start()
  const recoveredMs = performance.now()
  const approvedMs = await next
  return { whole: (approvedMs - startMs) / 1000, baseline: (recoveredMs - startMs) / 1000 }
}

function probed(server: BenchServer): { port: number; firstTerminal: number; terminals: number; cards: number } {
  return { port: server.terminalPort, firstTerminal: loadTerminals, terminals: probeTerminals, cards }
}

/** While something is dead there are answers 91 and 96, and none; but what had no answer must have been undone. */
function refuseUnsettled({ problems, settlement }: LoadRun): void {
  const wrong = Object.entries(problems).filter(([name, count]) => name !== 'noAnswer' && count > 0)
  if (wrong.length > 0 || settlement.different + settlement.unknown > 0)
    throw new Error(`the load ended with differences: ${JSON.stringify({ problems, settlement })}`)
}

function refuseDifferences(batches: number): void {
  if (batches > 0) throw new Error(`${batches} batches did not balance after a recovery`)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
