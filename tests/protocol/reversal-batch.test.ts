// Reversals go through a lane as payments do: what arrives while a batch is in flight becomes the next one, decided in one database
// transaction with as many statements for all of them as for one. The batches are made here by holding back the transactions of
// an acquirer while messages come in.

import { randomBytes } from 'node:crypto'
import { createAcquirer, type Acquirer } from '@shua/acquirer'
import type { Database, Transaction } from '@shua/postgres'
import { createSwitch } from '@shua/switch'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  loadMasterKey,
  loadMerchantId,
  loadPan,
  loadPin,
  loadTerminalId,
  loadTrack2,
  seedLoad,
} from '../../apps/server/src/load-seed.ts'
import { acquirerId, issuerBin, issuerId } from '../../apps/server/src/network.ts'
import { startTestNetwork, type TestNetwork } from '../harness/start-test-network.ts'
import { HostConnection } from './independent-client/host-connection.ts'
import { reversalFields, type ClientCard } from './independent-client/payment-request.ts'
import { originalOf, TerminalSession, type Exchange } from './independent-client/terminal-session.ts'
import { decodeMessage, encodeMessage, type WireMessage } from './independent-client/wire-message.ts'

/** Terminals 0 and 16 belong to one merchant. */
const terminalCount = 17
const batchSize = 12
let network: TestNetwork
let tills: readonly TerminalSession[]

beforeAll(async () => {
  network = await startTestNetwork()
  await seedLoad({
    database: network.database,
    securityModule: network.securityModule,
    keys: network.network.keys,
    issuer: network.network.issuer,
    terminals: terminalCount,
    cards: terminalCount,
    now: new Date(),
    random: (size) => randomBytes(size),
  })
  tills = await Promise.all(Array.from({ length: terminalCount }, async (_, index) => openTill(index)))
})

afterAll(async () => {
  for (const { connection } of tills) connection.close()
  await network.stop()
})

async function openTill(index: number): Promise<TerminalSession> {
  const settings = {
    terminalId: loadTerminalId(index),
    merchantId: loadMerchantId(index),
    masterKey: loadMasterKey,
    cipher: 'des',
    macVariant: 'foldDes',
  } as const
  const session = new TerminalSession(settings, await HostConnection.open(network.terminalPort))
  expect((await session.signOn('003')).answer.fields[39]).toBe('00')
  return session
}

const cardAt = (index: number): ClientCard => ({ pan: loadPan(index), expiry: '3012', track2: loadTrack2(index) })
const swiped = (index: number) => ({ card: cardAt(index), entry: 'swipe', pin: loadPin, amount: 10_00 }) as const

/** An acquirer whose transactions wait until they are let through, and what each of them then asked the database. */
interface HeldBack {
  readonly acquirer: Acquirer
  readonly transactions: string[][]
  readonly faults: unknown[]
  /** Resolves when this many messages wait in the lane or in a transaction that is held back. */
  arrived(messages: number): Promise<void>
  letThrough(): void
}

function holdBack(waitingMax = 100): HeldBack {
  const { database, securityModule } = network
  const { keys, codec, issuer } = network.network
  const transactions: string[][] = []
  const faults: unknown[] = []
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  let seen = 0
  let underWay = 0
  const held: Database = {
    async query(text, values, name) {
      underWay += 1
      return await database.query<never>(text, values, name).finally(() => (underWay -= 1))
    },
    async inTransaction(work, options) {
      await opened
      return await database.inTransaction((tx) => {
        const names: string[] = []
        transactions.push(names)
        const heard: Transaction = {
          kind: 'transaction',
          leave: (send) => tx.leave(send),
          query: (text, values, name) => {
            names.push(name ?? text)
            return tx.query(text, values, name)
          },
        }
        return work(heard)
      }, options)
    },
    listen: (channel, listener) => database.listen(channel, listener),
    close: () => Promise.resolve(),
  }
  const acquirer = createAcquirer({
    acquirerId,
    database: held,
    securityModule,
    keys,
    codec,
    network: createSwitch({
      routes: [{ bins: [issuerBin], issuerId, issuer, zonePin: { key: keys.zonePin, format: 0 } }],
      securityModule,
    }),
    now: () => new Date(),
    nanoseconds: () => process.hrtime.bigint(),
    // Each message draws once, when its session has been read.
    random: (size) => {
      seen += 1
      return randomBytes(size)
    },
    onFault: (error) => faults.push(error),
    onEvent: () => undefined,
    waitingMax,
  })
  return {
    acquirer,
    transactions,
    faults,
    async arrived(messages) {
      while (seen < messages || underWay > 0) await new Promise((resolve) => setImmediate(resolve))
      await new Promise((resolve) => setImmediate(resolve))
    },
    letThrough: () => open(),
  }
}

interface Reversing {
  readonly till: TerminalSession
  readonly request: WireMessage
}

/** Sends the first reversal, then the others while its transaction is held back, in their order; answers their codes. */
async function reverseTogether(host: HeldBack, [first, ...others]: readonly Reversing[]): Promise<string[]> {
  const answers = [codeOf(host, first!)]
  await host.arrived(1)
  for (const other of others) {
    answers.push(codeOf(host, other))
    await host.arrived(answers.length)
  }
  host.letThrough()
  return await Promise.all(answers)
}

async function codeOf({ acquirer }: HeldBack, { till, request }: Reversing): Promise<string> {
  const message = till.sealed(till.message('0400', reversalFields(request.fields, '98')))
  const answer = await acquirer.handle(encodeMessage(message))
  return answer === undefined ? 'no answer' : (decodeMessage(answer).fields[39] ?? 'no code')
}

async function approved(till: TerminalSession, details: Parameters<TerminalSession['pay']>[0]): Promise<Exchange> {
  const exchange = await till.pay(details)
  expect(exchange.answer.fields[39]).toBe('00')
  return exchange
}

async function sales(from: number, count: number): Promise<Reversing[]> {
  const indexes = Array.from({ length: count }, (_, index) => from + index)
  return await Promise.all(
    indexes.map(async (index) => {
      const { request } = await approved(tills[index]!, { kind: 'sale', ...swiped(index) })
      return { till: tills[index]!, request }
    }),
  )
}

async function stateOf({ request: { fields } }: Reversing): Promise<string | undefined> {
  const [row] = await network.database.query<{ state: string }>(
    'select state from acquirer.payment where terminal_id = $1 and stan = $2',
    [fields[41], Number(fields[11])],
  )
  return row?.state
}

async function moneyIsInOrder(): Promise<void> {
  expect(await network.checkMoneyRules()).toEqual([])
  expect(network.faults).toEqual([])
}

describe('a batch of reversals', () => {
  it('takes as many statements as a single one', async () => {
    const host = holdBack()
    const reversing = await sales(0, 1 + batchSize)
    expect(await reverseTogether(host, reversing)).toEqual(reversing.map(() => '00'))
    expect(host.transactions).toHaveLength(2)
    const [single, batch] = host.transactions
    expect(batch).toEqual(single)
    expect(batch).toHaveLength(12)
    expect(await Promise.all(reversing.map(stateOf))).toEqual(reversing.map(() => 'reversed'))
    // Every one of them again: nothing more happens.
    const again = holdBack()
    expect(await reverseTogether(again, reversing)).toEqual(reversing.map(() => '25'))
    expect(again.transactions[1]).toEqual(again.transactions[0])
    await moneyIsInOrder()
  })

  it('may hold reversals that overtook their originals, and their copies in the next batch', async () => {
    const host = holdBack()
    const [first, ...others] = await sales(0, 4)
    const late = [5, 6].map((index) => {
      const details = { kind: 'sale', ...swiped(index) } as const
      return { till: tills[index]!, details, request: tills[index]!.paymentRequest(details) }
    })
    const codes = await reverseTogether(host, [first!, ...others, ...late, ...late])
    expect(codes).toEqual(Array(8).fill('00'))
    expect(host.transactions).toHaveLength(3)
    for (const { till, request, details } of late) {
      expect((await till.payWith(request, details)).answer.fields[39]).toBe('94')
    }
    await moneyIsInOrder()
  })

  it('decides reversals of one card one after the other', async () => {
    const [till, other] = [tills[0]!, tills[16]!]
    const hold = await approved(till, { kind: 'preAuthorisation', ...swiped(0) })
    const completion = await approved(other, { kind: 'completion', ...swiped(0), original: originalOf(hold) })
    const [first] = await sales(1, 1)
    const host = holdBack()
    const undone = [
      { till: other, request: completion.request },
      { till, request: hold.request },
    ]
    // The pre-authorization can be reversed only when the reversal of its completion has opened it again.
    expect(await reverseTogether(host, [first!, ...undone])).toEqual(['00', '00', '00'])
    expect(host.transactions).toHaveLength(2)
    expect(await Promise.all(undone.map(stateOf))).toEqual(['reversed', 'reversed'])
    await moneyIsInOrder()
  })

  it('does not fail as a whole because of one of them', async () => {
    const reversing = await sales(0, 4)
    const spoilt = reversing[2]!
    await network.database.query(
      `update acquirer.payment set sealed_pan = '\\x00' where terminal_id = $1 and stan = $2`,
      [spoilt.request.fields[41], Number(spoilt.request.fields[11])],
    )
    const host = holdBack()
    expect(await reverseTogether(host, reversing)).toEqual(['00', '00', '96', '00'])
    expect(host.faults).toHaveLength(1)
    expect(await Promise.all(reversing.map(stateOf))).toEqual(['reversed', 'reversed', 'approved', 'reversed'])
    await moneyIsInOrder()
  })

  it('is answered 96 when the lane is full, and can be sent again', async () => {
    const reversing = await sales(0, 4)
    const host = holdBack(2)
    expect(await reverseTogether(host, reversing)).toEqual(['00', '00', '00', '96'])
    expect(await codeOf(host, reversing[3]!)).toBe('00')
    await moneyIsInOrder()
  })
})
