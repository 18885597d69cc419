// Loses the primary of a PostgreSQL cluster with a synchronous standby under load (SIGKILL, and nothing starts it again): the standby
// becomes the primary, the server finds it by the other host of its address, and whatever a terminal was told is still true.
// Needs the distribution's pg_auto_failover (deploy/failover/README.md). Where it is not installed one test says so in its name
// and checks that the script refuses with a message, so that a run never looks as if this had been tried.

import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { migrate, openDatabase, type Database } from '@shua/postgres'
import { seededRandom } from '@shua/testkit'
import { readLoadOptions, type LoadOptions } from '../../apps/cli/src/load/load-options.ts'
import type { LoadReport } from '../../apps/cli/src/load/load-report.ts'
import { runLoad } from '../../apps/cli/src/load/run-load.ts'
import { networkMigrations } from '../../apps/server/src/network.ts'
import { openServerGroup, type ServerGroup } from './server-group.ts'
import type { ServerProcess } from './server-process.ts'

const script = fileURLToPath(new URL('../../deploy/failover/local-cluster.sh', import.meta.url))
const directory = join(tmpdir(), `shua-failover-${randomBytes(4).toString('hex')}`)
const terminals = 16
const cards = 40
const mix = 'purchase=55,balanceInquiry=10,void=10,refund=10,reversal=15'

function cluster(command: string): { code: number | null; out: string; said: string } {
  const { status, stdout, stderr } = spawnSync('bash', [script, command, directory], { encoding: 'utf8' })
  return { code: status, out: stdout.trim(), said: stderr }
}

const isInstalled = cluster('available').code === 0
const tried = ['is replaced under load, and nothing that was acknowledged is gone', loseAPrimary, 'replaced'] as const
const notTried = ['NOT RUN HERE, because pg_autoctl is not installed on this machine', sayWhyNot, 'not tried'] as const

it.each([isInstalled ? tried : notTried])(
  'a lost primary: %s',
  async (_, story, end) => {
    expect(await story()).toBe(end)
  },
  240_000,
)

async function sayWhyNot(): Promise<string> {
  const { code, said } = cluster('up')
  expect(code).toBe(3)
  expect(said).toMatch(/pg-auto-failover-cli/)
  console.warn('failover.test.ts: pg_autoctl is not installed, the failover of PostgreSQL was not tried')
  return 'not tried'
}

async function loseAPrimary(): Promise<string> {
  const closers: (() => Promise<unknown>)[] = []
  try {
    closers.push(async () => expect(cluster('down').code).toBe(0))
    const { code, out, said } = cluster('up')
    expect([code, said]).toEqual([0, ''])
    const options = { url: out, connectionsMax: 4, applicationName: 'failover-test', statementTimeoutMs: 30_000 }
    const database = openDatabase(options)
    closers.push(() => database.close())
    await migrate(database, await networkMigrations())
    const group = await openServerGroup({ database, databaseUrl: out, terminals, cards })
    closers.push(() => group.close())
    const server = await group.start()
    closers.push(() => server.stop())
    await loseUnderLoad(database, group, server)
    return 'replaced'
  } finally {
    for (const close of closers.toReversed()) await close()
  }
}

async function loseUnderLoad(database: Database, group: ServerGroup, server: ServerProcess): Promise<void> {
  const [settings] = await database.query<{ commit: string; standbys: string }>(
    `select current_setting('synchronous_commit') as commit, current_setting('synchronous_standby_names') as standbys`,
  )
  // Otherwise this would prove nothing.
  expect(settings).toEqual({ commit: 'on', standbys: expect.stringMatching(/ANY 1/) as string })
  const random = seededRandom(2020)
  const load = runLoad(loadOptions(server.terminalPort), { random: () => random.next(), randomBytes })
  await pause(5_000)
  const before = cluster('primary').out
  const lostAtMs = performance.now()
  expect(cluster('lose').code).toBe(0)
  const writableAfterMs = await untilWritable(database, lostAtMs)
  const report = await load
  expect(cluster('primary').out).not.toBe(before)
  console.warn(summaryOf(report, writableAfterMs))
  expect(report.problems).toMatchObject({ unreadable: 0, mismatched: 0, macWrong: 0, unresolved: 0 })
  expect(report.settlement).toEqual({ balanced: terminals, different: 0, unknown: 0 })
  expect(await group.differences()).toEqual([])
}

function loadOptions(port: number): LoadOptions {
  const values = { port, terminals, cards, 'warm-up': 0, seconds: 25, 'timeout-ms': 8_000, mix }
  return readLoadOptions(Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)]))!
}

/** How long nothing could be written, as a client sees it that knows both servers. */
async function untilWritable(database: Database, sinceMs: number): Promise<number> {
  for (;;) {
    try {
      await database.query('select pg_current_xact_id()')
      return Math.round(performance.now() - sinceMs)
    } catch (error) {
      if (performance.now() - sinceMs > 90_000) throw error
      await pause(100)
    }
  }
}

function summaryOf({ kinds, problems }: LoadReport, writableAfterMs: number): string {
  const codes = new Map<string, number>()
  for (const kind of kinds)
    for (const [code, count] of Object.entries(kind.codes)) codes.set(code, (codes.get(code) ?? 0) + count)
  const told = [...codes].map(([code, count]) => `${code}: ${count}`).join(', ')
  return `failover.test.ts: writable again after ${writableAfterMs} ms; answers ${told}; without an answer ${problems.noAnswer}`
}
