// Two server processes on one database behind a balancer, under load. Each is killed once in the middle of it (SIGKILL) and comes
// back; the terminals reconnect to the other one in the middle of their batch, reverse what had no answer, and go on. Afterwards
// terminals, acquirer, issuer and ledger agree to the fen (requirement G5).

import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, seededRandom, type TestDatabase } from '@shua/testkit'
import { networkMigrations } from '../../apps/server/src/network.ts'
import { readLoadOptions } from '../../apps/cli/src/load/load-options.ts'
import { runLoad } from '../../apps/cli/src/load/run-load.ts'
import { startBalancer, type Balancer } from './balancer.ts'
import { openServerGroup, type ServerGroup } from './server-group.ts'
import type { ServerProcess } from './server-process.ts'

const terminals = 24
const cards = 40
const mix = 'purchase=50,balanceInquiry=10,void=12,refund=13,reversal=15'
let test: TestDatabase
let group: ServerGroup
let balancer: Balancer
let first: ServerProcess
let second: ServerProcess

beforeAll(async () => {
  test = await createTestDatabase(await networkMigrations(), { connectionsMax: 4 })
  group = await openServerGroup({ database: test.database, databaseUrl: test.url, terminals, cards })
  ;[first, second] = await Promise.all([group.start(), group.start()])
  balancer = await startBalancer([first.terminalPort, second.terminalPort])
})

afterAll(async () => {
  await balancer.close()
  await Promise.all([first.stop(), second.stop()])
  await group.close()
  await test.drop()
})

it('loses either of two processes under load and not one fen', async () => {
  const values = { port: balancer.port, terminals, cards, 'warm-up': 0, seconds: 14, 'timeout-ms': 5_000, mix }
  const options = readLoadOptions(Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)]))!
  const random = seededRandom(8583)
  const load = runLoad(options, { random: () => random.next(), randomBytes })
  const killed: number[] = []
  await pause(3_000)
  killed.push(first.terminalPort)
  await first.kill()
  await pause(1_500)
  // Everybody is with the second now. The first comes back and is given the next connections.
  first = await group.start()
  balancer.serve([first.terminalPort, second.terminalPort])
  killed.push(second.terminalPort)
  await second.kill()
  await pause(1_500)
  second = await group.start()
  balancer.serve([first.terminalPort, second.terminalPort])
  const report = await load
  expect(report.kinds.map(({ kind }) => kind)).toEqual(['purchase', 'balanceInquiry', 'void', 'refund', 'reversal'])
  // Both losses were felt: there were requests in flight, and nobody answered them.
  expect(report.problems.noAnswer).toBeGreaterThan(0)
  expect(report.problems).toMatchObject({ unreadable: 0, mismatched: 0, macWrong: 0, unresolved: 0 })
  expect(report.settlement).toEqual({ balanced: terminals, different: 0, unknown: 0 })
  for (const port of killed) expect(balancer.handed.get(port)).toBeGreaterThan(0)
  expect(await group.differences()).toEqual([])
}, 120_000)
