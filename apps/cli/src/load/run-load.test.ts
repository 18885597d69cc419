// The generator against a whole network: real sockets, real keys, a real database.

import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Sensitive } from '@shua/card-data'
import { SoftwareSecurityModule } from '@shua/security-module'
import { networkMigrations, seedLoad, startNetwork, type Network } from '@shua/server'
import { createTestDatabase, seededRandom, type TestDatabase } from '@shua/testkit'
import { readLoadOptions } from './load-options.ts'
import { runLoad } from './run-load.ts'

const cards = 50
const terminals = 8
const faults: unknown[] = []
let test: TestDatabase
let network: Network

async function run(...argv: string[]) {
  const options = readLoadOptions([
    '--port',
    String(network.terminals.port),
    '--terminals',
    String(terminals),
    '--cards',
    String(cards),
    '--warm-up',
    '0',
    ...argv,
  ])
  const random = seededRandom(8583)
  return runLoad(options!, { random: () => random.next(), randomBytes })
}

beforeAll(async () => {
  test = await createTestDatabase(await networkMigrations(), { connectionsMax: 8 })
  const { database } = test
  const random = (size: number): Buffer => randomBytes(size)
  const securityModule = SoftwareSecurityModule.withMasterKey(new Sensitive(randomBytes(32)), random)
  const now = (): Date => new Date()
  network = await startNetwork({
    database,
    securityModule,
    host: '127.0.0.1',
    terminalPort: 0,
    now,
    random,
    nanoseconds: () => process.hrtime.bigint(),
    onAcquirerEvent: () => undefined,
    onLinkEvent: () => undefined,
    onFault: (_where, error) => faults.push(error),
  })
  const seed = {
    database,
    securityModule,
    keys: network.keys,
    issuer: network.issuer,
    terminals,
    cards,
    now: now(),
    random,
  }
  expect(await seedLoad(seed)).toBe(true)
  expect(await seedLoad(seed)).toBe(false)
})

afterAll(async () => {
  await network.close({ drainMs: 1_000 })
  await test.drop()
})

describe('shua load', () => {
  it('plays every kind in a closed loop and balances every batch', async () => {
    const report = await run('--seconds', '2', '--mix', 'purchase=60,balanceInquiry=10,void=10,refund=10,reversal=10')
    expect(report).toMatchObject({
      loop: 'closed',
      sound: true,
      settlement: { balanced: terminals, different: 0, unknown: 0 },
    })
    expect(report.kinds.map(({ kind }) => kind)).toEqual(['purchase', 'balanceInquiry', 'void', 'refund', 'reversal'])
    for (const { codes } of report.kinds) expect(Object.keys(codes)).toEqual(['00'])
    expect(faults).toEqual([])
  })

  it('begins again where an earlier run ended, at an arrival rate', async () => {
    const report = await run('--seconds', '2', '--rate', '40')
    expect(report).toMatchObject({ loop: 'open', arrivalRate: 40, sound: true })
    expect(report.latency.count).toBeGreaterThan(0)
  })

  it('is not sound when the journal of the host lost a payment', async () => {
    const { database } = test
    const deleted = await Promise.all([
      run('--seconds', '1'),
      new Promise((resolve) => setTimeout(resolve, 800)).then(() =>
        database.query(
          `delete from acquirer.payment where payment_id in (select payment_id from acquirer.payment where terminal_id = '20000001' and state = 'approved' order by received_at desc limit 1) returning stan`,
        ),
      ),
    ])
    expect(deleted[1]).toHaveLength(1)
    expect(deleted[0]).toMatchObject({ sound: false, settlement: { balanced: terminals - 1, different: 1 } })
  })

  it('tells at once that a host was not seeded', async () => {
    await expect(run('--first-terminal', '500')).rejects.toMatchObject({ code: 'LOAD_SIGN_ON' })
  })
})
