// The last fen of a limit, asked for by many terminals at once in two server processes with two lanes each: exactly as many payments
// are approved as have room, none is refused while there is room, and the counters say what stands (decision 9).

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@shua/testkit'
import { loadMerchantId, loadPan, loadPin, loadTrack2 } from '../../apps/server/src/load-seed.ts'
import { networkMigrations } from '../../apps/server/src/network.ts'
import { counterDifferences } from '../harness/limited-shop.ts'
import type { ClientCard } from '../protocol/independent-client/payment-request.ts'
import { originalOf, type Exchange } from '../protocol/independent-client/terminal-session.ts'
import { openLines, type Lines } from './open-lines.ts'
import { openServerGroup, type ServerGroup } from './server-group.ts'
import type { ServerProcess } from './server-process.ts'

const terminals = 12
const cards = 24
const merchantId = loadMerchantId(0)
let test: TestDatabase
let group: ServerGroup
let servers: readonly [ServerProcess, ServerProcess]
/** Each terminal signed on at one process, and once more with the same keys at the other. */
let lines: readonly Lines[]

beforeAll(async () => {
  test = await createTestDatabase(await networkMigrations(), { connectionsMax: 4 })
  group = await openServerGroup({ database: test.database, databaseUrl: test.url, terminals, cards })
  // All terminals are one merchant's.
  await test.database.query('update acquirer.terminal set merchant_id = $1', [merchantId])
  servers = await Promise.all([group.start(), group.start()])
  lines = await Promise.all(
    Array.from({ length: terminals }, async (_, index) => openLines(servers, index, merchantId)),
  )
})

afterAll(async () => {
  for (const session of lines.flat()) session.connection.close()
  await Promise.all(servers.map((server) => server.stop()))
  await group.close()
  await test.drop()
})

function swiped(index: number, pin = loadPin) {
  const at = index % cards
  const card: ClientCard = { pan: loadPan(at), expiry: '3012', track2: loadTrack2(at) }
  return { card, entry: 'swipe', pin } as const
}

const codeOf = (exchange: Exchange): string => exchange.answer.fields[39] ?? ''
const count = (codes: readonly string[], code: string): number => codes.filter((each) => each === code).length

/** The merchant's limits are those, and nothing is counted yet. */
async function limitMerchant(daily: number | null, monthly: number | null): Promise<void> {
  await test.database.query('delete from acquirer.limit_counter')
  await test.database.query(
    'update acquirer.payment set terminal_counted_minor = null, merchant_counted_minor = null where merchant_id = $1',
    [merchantId],
  )
  await test.database.query(
    'update acquirer.merchant set daily_limit_minor = $2, monthly_limit_minor = $3 where merchant_id = $1',
    [merchantId, daily, monthly],
  )
}

async function counted(): Promise<number> {
  const rows = await test.database.query<{ sum: bigint }>(
    `select coalesce(sum(counted_minor), 0)::bigint as sum from acquirer.limit_counter where subject = 'merchant'`,
  )
  return Number(rows[0]!.sum)
}

/** Every terminal pays at once, half of them at each process, each with another card. */
async function payAtOnce(round: number, amountOf: (terminal: number) => number): Promise<Exchange[]> {
  return Promise.all(
    lines.map(async ([session], index) =>
      session.pay({ kind: 'sale', ...swiped(round * 5 + index), amount: amountOf(index) }),
    ),
  )
}

describe('two processes', () => {
  it.each([
    ['daily', 37_00, null],
    ['monthly', null, 41_00],
    ['daily and monthly', 50_00, 29_00],
  ])('share the %s limit of a merchant to the last fen', async (_name, daily, monthly) => {
    await limitMerchant(daily, monthly)
    const limit = Math.min(daily ?? Infinity, monthly ?? Infinity)
    const codes: string[] = []
    for (let round = 0; round < 6; round++) codes.push(...(await payAtOnce(round, () => 1_00)).map(codeOf))
    expect({ approved: count(codes, '00'), refused: count(codes, '61') }).toEqual({
      approved: limit / 100,
      refused: 6 * terminals - limit / 100,
    })
    expect(await counted()).toBe(limit)
    expect(await counterDifferences(test.database)).toEqual([])
  })

  it('refuse nothing that the limit has room for, although other payments of the batch are declined', async () => {
    // Room for one; all ask for it, and all but one have a wrong PIN: that one is approved, whoever was asked first.
    for (let round = 0; round < 8; round++) {
      await limitMerchant(10_00, null)
      const exchanges = await Promise.all(
        lines.map(async ([session], index) => {
          const right = index === round
          const details = {
            kind: 'sale',
            ...swiped(cards - 1 - index, right ? loadPin : '654321'),
            amount: 10_00,
          } as const
          return codeOf(await session.pay(details))
        }),
      )
      expect([round, exchanges[round]]).toEqual([round, '00'])
      // Wrong PINs are forgotten, so that the next round can have some.
      await test.database.query('update issuer.card set pin_tries = 0')
    }
  })

  it('share the limit of one terminal that pays at both', async () => {
    await limitMerchant(null, null)
    const [here, there] = lines[0]!
    const { terminalId } = here.settings
    await test.database.query('update acquirer.terminal set daily_limit_minor = 15_00 where terminal_id = $1', [
      terminalId,
    ])
    const codes: string[] = []
    for (let round = 0; round < 12; round++) {
      const trace = [here.nextTrace(), here.nextTrace()] as const
      const requests = trace.map((each, index) =>
        here.sealed(here.paymentRequest({ kind: 'sale', ...swiped(round + index * 7), amount: 1_00 }, each)),
      )
      codes.push(...(await Promise.all([here.send(requests[0]!), there.send(requests[1]!)])).map(codeOf))
    }
    expect([count(codes, '00'), count(codes, '61')]).toEqual([15, 9])
    await test.database.query('update acquirer.terminal set daily_limit_minor = null where terminal_id = $1', [
      terminalId,
    ])
    expect(await counterDifferences(test.database)).toEqual([])
  })

  it('take and give back at the same time without losing a fen', async () => {
    await limitMerchant(40_00, 40_00)
    const standing: { exchange: Exchange; line: number; card: number }[] = []
    for (let round = 0; round < 10; round++) {
      const undone = standing.splice(0, 6)
      const busy = new Set(undone.map(({ line }) => line))
      const free = lines.map((_, line) => line).filter((line) => !busy.has(line))
      const undoing = undone.map(async ({ exchange, line, card }, index) => {
        const [here, there] = lines[line]!
        if (index % 2 === 0) return codeOf(await there.reverse(exchange.request))
        const details = { kind: 'void', ...swiped(card), amount: 4_00, original: originalOf(exchange) } as const
        return codeOf(await here.pay(details))
      })
      const paying = free.map(async (line) => {
        const card = round * 5 + line
        const exchange = await lines[line]![0].pay({ kind: 'sale', ...swiped(card), amount: 4_00 })
        if (codeOf(exchange) === '00') standing.push({ exchange, line, card })
      })
      const [codes] = await Promise.all([Promise.all(undoing), Promise.all(paying)])
      expect(new Set(codes)).toEqual(new Set(codes.length > 0 ? ['00'] : []))
      expect(await counted()).toBe(standing.length * 4_00)
      expect(standing.length).toBeLessThanOrEqual(10)
    }
    expect(await counterDifferences(test.database)).toEqual([])
  })

  it('agree with each other and with the ledger about all of it', async () => {
    expect(await group.differences()).toEqual([])
  })
})
