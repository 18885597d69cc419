// Two server processes that are asked about the same thing at the same moment decide it once: the same card, the same trace, a
// payment and its own reversal, two refunds of one payment. What decides is in the database (locks on terminals, accounts and
// journal rows), so it does not matter which process asks.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parsePan, Sensitive } from '@shua/card-data'
import { localTime, paymentIdAt } from '@shua/scheme'
import { createTestDatabase, seededRandom, type TestDatabase } from '@shua/testkit'
import { loadMerchantId, loadPan, loadPin, loadTrack2 } from '../../apps/server/src/load-seed.ts'
import { networkMigrations } from '../../apps/server/src/network.ts'
import { availableBalance } from '../protocol/independent-client/answer-faults.ts'
import type { ClientCard } from '../protocol/independent-client/payment-request.ts'
import { originalOf, TerminalSession } from '../protocol/independent-client/terminal-session.ts'
import { openLines, type Lines } from './open-lines.ts'
import { openServerGroup, type ServerGroup } from './server-group.ts'
import type { ServerProcess } from './server-process.ts'

const terminals = 8
const random = seededRandom(31)
let test: TestDatabase
let group: ServerGroup
let servers: readonly [ServerProcess, ServerProcess]
/** Each terminal signed on at one process, and once more with the same keys at the other: its line may move at any time. */
let lines: readonly Lines[]
/** Above the cards of the seed. */
let cardIndex = 1_000

beforeAll(async () => {
  test = await createTestDatabase(await networkMigrations(), { connectionsMax: 4 })
  group = await openServerGroup({ database: test.database, databaseUrl: test.url, terminals, cards: 1 })
  servers = await Promise.all([group.start(), group.start()])
  lines = await Promise.all(
    Array.from({ length: terminals }, async (_, index) => openLines(servers, index, loadMerchantId(index))),
  )
})

afterAll(async () => {
  for (const session of lines.flat()) session.connection.close()
  await Promise.all(servers.map((server) => server.stop()))
  await group.close()
  await test.drop()
})

async function newCard(balanceMinor: bigint): Promise<ClientCard> {
  cardIndex += 1
  const pan = parsePan(loadPan(cardIndex))!
  const now = new Date()
  const account = {
    accountId: paymentIdAt(now, random.bytes(10)),
    programmeId: 'load',
    initialBalance: { minorUnits: balanceMinor, currency: 'CNY' as const },
    loadPaymentId: paymentIdAt(now, random.bytes(10)),
    cards: [{ pan, expiry: '3012', serviceCode: '201', chip: false, pin: new Sensitive(loadPin), requiresPin: true }],
  }
  const date = { businessDate: localTime(now).isoDate, at: now }
  await test.database.inTransaction((tx) => group.issuer.issueCards(tx, [account], date))
  return { pan: loadPan(cardIndex), expiry: '3012', track2: loadTrack2(cardIndex) }
}

const swiped = (card: ClientCard) => ({ card, entry: 'swipe', pin: loadPin }) as const

async function balanceOf(card: ClientCard): Promise<number> {
  const exchange = await lines[0]![0].pay({ kind: 'balance', ...swiped(card) })
  return availableBalance(exchange)
}

const codeOf = (exchange: Awaited<ReturnType<TerminalSession['send']>>): string => exchange.answer.fields[39] ?? ''

describe('two processes', () => {
  it('approve as many purchases of one card as it has money for, whoever is asked', async () => {
    const rounds = 12
    for (const affordable of [1, 17, 40]) {
      const card = await newCard(BigInt(affordable * 100))
      const codes: string[] = []
      for (let round = 0; round < rounds; round++) {
        const exchanges = lines.map(async ([session]) => session.pay({ kind: 'sale', ...swiped(card), amount: 1_00 }))
        codes.push(...(await Promise.all(exchanges)).map(codeOf))
      }
      const count = (code: string): number => codes.filter((each) => each === code).length
      expect({ approved: count('00'), insufficient: count('51') }).toEqual({
        approved: affordable,
        insufficient: rounds * terminals - affordable,
      })
      expect(await balanceOf(card)).toBe(0)
    }
  })

  it('give one effect to a message that reaches both at once', async () => {
    const card = await newCard(1_000_00n)
    const rounds = 40
    for (let round = 0; round < rounds; round++) {
      const [here, there] = lines[round % terminals]!
      const request = here.sealed(here.paymentRequest({ kind: 'sale', ...swiped(card), amount: 1_00 }))
      const codes = (await Promise.all([here.send(request), there.send(request)])).map(codeOf)
      expect(codes.toSorted()).toEqual(['00', '94'])
    }
    expect(await balanceOf(card)).toBe(1_000_00 - rounds * 1_00)
  })

  it('give one effect to a trace that is used for two cards at once', async () => {
    const cards = [await newCard(1_000_00n), await newCard(1_000_00n)] as const
    const rounds = 40
    for (let round = 0; round < rounds; round++) {
      const [here, there] = lines[round % terminals]!
      const trace = here.nextTrace()
      const [first, second] = cards.map((card) =>
        here.sealed(here.paymentRequest({ kind: 'sale', ...swiped(card), amount: 1_00 }, trace)),
      )
      const codes = (await Promise.all([here.send(first!), there.send(second!)])).map(codeOf)
      expect(codes.toSorted()).toEqual(['00', '94'])
    }
    const left = (await balanceOf(cards[0])) + (await balanceOf(cards[1]))
    expect(left).toBe(2_000_00 - rounds * 1_00)
  })

  it('make nothing of a purchase whose reversal is with the other process', async () => {
    const card = await newCard(1_000_00n)
    for (let round = 0; round < 40; round++) {
      const [here, there] = lines[round % terminals]!
      const request = here.paymentRequest({ kind: 'sale', ...swiped(card), amount: 7_00 })
      const [paid, reversed] = await Promise.all([here.send(here.sealed(request)), there.reverse(request)])
      expect(codeOf(reversed)).toBe('00')
      expect(['00', '94']).toContain(codeOf(paid))
    }
    expect(await balanceOf(card)).toBe(1_000_00)
  })

  it('refund one payment once when both are asked for most of it', async () => {
    const card = await newCard(1_000_00n)
    for (let round = 0; round < 20; round++) {
      const [here, there] = lines[round % terminals]!
      const sale = await here.pay({ kind: 'sale', ...swiped(card), amount: 10_00 })
      const refund = { kind: 'refund', card, entry: 'keyed', amount: 6_00, original: originalOf(sale) } as const
      const requests = [here.paymentRequest(refund), here.paymentRequest(refund)].map((each) => here.sealed(each))
      const codes = (await Promise.all([here.send(requests[0]!), there.send(requests[1]!)])).map(codeOf)
      expect(codes.filter((code) => code === '00')).toHaveLength(1)
    }
    expect(await balanceOf(card)).toBe(1_000_00 - 20 * 4_00)
  })

  it('count a payment in the totals they tell, or take it into no batch that is being settled', async () => {
    const card = await newCard(1_000_00n)
    for (let round = 0; round < 24; round++) {
      const [here, there] = lines[round % terminals]!
      const request = here.sealed(here.paymentRequest({ kind: 'sale', ...swiped(card), amount: 7_00 }))
      there.journal.length = 0
      const [paid, told] = await Promise.all([here.send(request), there.settle()])
      expect(told.answer.fields[48]).toBeDefined()
      expect((await there.endBatch('202')).answer.fields[39]).toBe('00')
      here.batch = there.batch
      expect(codeOf(paid)).toMatch(/^\d\d$/)
    }
    const uncounted = await test.database.query(
      `select terminal_id, batch_number from acquirer.batch
         join (select terminal_id, batch_number, count(*) as payments from acquirer.payment
                where kind = 'purchase' and state = 'approved' group by terminal_id, batch_number) as journal
        using (terminal_id, batch_number)
        where payments <> host_debit_count`,
    )
    expect(uncounted).toEqual([])
  })

  it('agree with each other and with the ledger about all of it', async () => {
    expect(await group.differences()).toEqual([])
  })
})
