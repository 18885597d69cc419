// Clearing over a running network: whatever terminals do, whenever runs happen, each payment is cleared exactly once, positions
// sum to zero, and they are what the journal and the ledger say.

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { moveTerminal, registerShop } from '@shua/acquirer'
import { netMinor, readClearedDay, type ClearedDay, type PositionLine } from '@shua/settlement'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClearing, type Clearing } from '../../apps/server/src/clearing/with-clearing.ts'
import { startTestNetwork, type TestNetwork } from '../harness/start-test-network.ts'
import { demoCard, openTerminal } from '../protocol/demo-terminal.ts'
import type { TerminalSession } from '../protocol/independent-client/terminal-session.ts'
import { anyStep, Cashier, type Step } from './random-flows.ts'

const businessDate = '2026-07-01'
const noon = Date.parse('2026-07-01T12:00:00+08:00')
const started = Date.now()
/** Runs from noon of a fixed day, so that no test meets midnight. */
const now = (): Date => new Date(noon + Date.now() - started)

const terminalIds = ['10000001', '10000006', '10000007']
let network: TestNetwork
let clearing: Clearing
let terminals: TerminalSession[]
let cashiers: Cashier[]

beforeAll(async () => {
  network = await startTestNetwork({ now })
  clearing = createClearing(network.database, now)
  terminals = await Promise.all(terminalIds.map((id) => openTerminal(network.terminalPort, id)))
  for (const terminal of terminals) await terminal.signOn('003')
  cashiers = terminals.map((terminal) => new Cashier(terminal))
})

afterAll(async () => {
  for (const terminal of terminals) terminal.connection.close()
  await network.stop()
})

interface JournalRow {
  paymentId: string
  merchantId: string
  issuerId: string
  kind: string
  state: string
  amountMinor: bigint
}

const gain: Readonly<Record<string, bigint>> = {
  purchase: 1n,
  completion: 1n,
  completionAdvice: 1n,
  void: -1n,
  refund: -1n,
  completionVoid: -1n,
}

/** What the journal says every merchant has gained and every payment is worth, computed without settlement's own rules. */
async function journal(): Promise<{ worth: Map<string, bigint>; merchants: Map<string, bigint> }> {
  const rows = await network.database.query<JournalRow>(
    `select payment_id as "paymentId", merchant_id as "merchantId", issuer_id as "issuerId", kind, state,
            amount_minor as "amountMinor" from acquirer.payment where business_date = $1`,
    [businessDate],
  )
  const worth = new Map<string, bigint>()
  const merchants = new Map<string, bigint>()
  for (const row of rows) {
    if (!['approved', 'voided', 'completed'].includes(row.state)) continue
    const minor = (gain[row.kind] ?? 0n) * row.amountMinor
    if (minor === 0n) continue
    worth.set(row.paymentId, minor)
    merchants.set(row.merchantId, (merchants.get(row.merchantId) ?? 0n) + minor)
  }
  return { worth, merchants }
}

/** What the items say every payment is worth; one that was taken back is worth nothing. */
async function itemWorth(): Promise<Map<string, bigint>> {
  const rows = await network.database.query<{ paymentId: string; minor: bigint }>(
    `select payment_id as "paymentId", sum(merchant_minor)::bigint as minor from settlement.item where business_date = $1
      group by payment_id having sum(merchant_minor) <> 0`,
    [businessDate],
  )
  return new Map(rows.map(({ paymentId, minor }) => [paymentId, minor]))
}

async function ledgerGains(): Promise<Map<string, bigint>> {
  const rows = await network.database.query<{ merchantId: string; minor: bigint }>(
    `select substr(account, 10) as "merchantId", sum(minor)::bigint as minor
       from (select credit_account as account, amount_minor as minor from ledger.transfer where business_date = $1
             union all select debit_account, -amount_minor from ledger.transfer where business_date = $1) as entry
      where account like 'merchant:%' group by account`,
    [businessDate],
  )
  return new Map(rows.map(({ merchantId, minor }) => [merchantId, minor]))
}

function netsBy(lines: readonly PositionLine[], key: (line: PositionLine) => string): Map<string, bigint> {
  const nets = new Map<string, bigint>()
  for (const line of lines) nets.set(key(line), (nets.get(key(line)) ?? 0n) + netMinor([line]))
  return nets
}

const withoutZeros = (nets: Map<string, bigint>): Map<string, bigint> =>
  new Map([...nets].filter(([, minor]) => minor !== 0n))

async function expectSound(day: ClearedDay): Promise<void> {
  const { worth, merchants } = await journal()
  expect(await itemWorth()).toEqual(worth)
  const merchantLines = day.lines.filter(({ partyKind }) => partyKind === 'merchant')
  const nets = withoutZeros(netsBy(merchantLines, ({ partyId }) => partyId))
  expect(nets).toEqual(withoutZeros(merchants))
  expect(nets).toEqual(withoutZeros(await ledgerGains()))
  expect(netMinor(day.lines)).toBe(0n)
  expect(day.caseCount).toBe(0)
}

const anyScripts = fc.tuple(...terminalIds.map(() => fc.array(anyStep, { maxLength: 12 })))

async function play(scripts: readonly Step[][]): Promise<void> {
  await Promise.all(scripts.map((steps, index) => cashiers[index]!.play(steps)))
}

describe('clearing of a business day', () => {
  it('clears every payment once, whatever happens before, between, and during runs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(anyScripts, fc.boolean(), fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: 3 }),
        async (rounds) => {
          for (const [scripts, during, slicePaymentsMax] of rounds) {
            const playing = play(scripts)
            // A run beside payments clears some of them and must still find the ledger in agreement.
            if (during) expect((await clearing.clear(businessDate, { slicePaymentsMax })).caseCount).toBe(0)
            await playing
            await clearing.clear(businessDate, { slicePaymentsMax })
          }
          await expectSound(await clearing.clear(businessDate))
        },
      ),
      { numRuns: 12, endOnFailure: true },
    )
    expect(network.faults).toEqual([])
    expect(await network.checkMoneyRules()).toEqual([])
  }, 200_000)

  it('changes nothing when it runs again', async () => {
    const before = await clearing.clear(businessDate)
    expect(await clearing.clear(businessDate)).toEqual(before)
  })

  it('takes back a cleared payment in the next run, and only there', async () => {
    const [terminal] = terminals
    const sale = await sell(terminal!, 123_45)
    const first = await clearing.clear(businessDate)
    expect((await terminal!.reverse(sale)).answer.fields[39]).toBe('00')
    const second = await clearing.clear(businessDate)
    expect(second.runs.map(({ sequence }) => sequence)).toEqual([
      ...first.runs.map(({ sequence }) => sequence),
      first.runs.length + 1,
    ])
    expect(second.runs.at(-1)).toMatchObject({ state: 'closed', items: 1 })
    expect(netOfMerchant(first) - netOfMerchant(second)).toBe(123_45n)
    await expectSound(second)
  })

  it('leaves a payment in the shop where its terminal stood', async () => {
    const [terminal] = terminals
    const merchantId = '898110015411234'
    const shopId = `${merchantId}-002`
    const netOf = (day: ClearedDay, shop: string): bigint => netMinor(day.lines.filter((line) => line.shopId === shop))
    await sell(terminal!, 10_00)
    const before = await clearing.clear(businessDate)
    await sell(terminal!, 20_00)
    await network.database.inTransaction(async (tx) => {
      await registerShop(tx, { shopId, merchantId, name: '二号店' }, now())
      await moveTerminal(tx, { terminalId: terminalIds[0]!, shopId, from: now() })
    })
    await sell(terminal!, 40_00)
    const after = await clearing.clear(businessDate)
    const mainShop = `${merchantId}-001`
    expect(netOf(after, mainShop) - netOf(before, mainShop)).toBe(20_00n)
    expect(netOf(after, shopId) - netOf(before, shopId)).toBe(40_00n)
    await expect(
      network.database.inTransaction((tx) =>
        moveTerminal(tx, { terminalId: terminalIds[0]!, shopId: mainShop, from: new Date(noon - 1000) }),
      ),
    ).rejects.toMatchObject({ code: 'SHOP_MOVE_IN_PAST' })
  })

  it('lets two starters share one run', async () => {
    await Promise.all(terminals.slice(0, 1).map((terminal) => sell(terminal, 5_00)))
    const before = (await clearing.read(businessDate)).runs.length
    const days = await Promise.all([clearing.clear(businessDate), clearing.clear(businessDate)])
    expect(days[0].runs.length).toBe(before + 1)
    expect((await clearing.read(businessDate)).runs).toEqual(days[1].runs)
    await expectSound(days[1])
  })

  it('goes on with the rest when its process was killed in the middle', async () => {
    for (let turn = 0; turn < 3; turn++) await sell(terminals[0]!, 1_00 + turn)
    const before = (await clearing.read(businessDate)).runs.length
    const file = fileURLToPath(new URL('./clear-until-killed.ts', import.meta.url))
    const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', file, network.url, businessDate], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = new Promise((resolve) => child.once('exit', resolve))
    await Promise.race([exited, new Promise((resolve) => child.stdout.once('data', resolve))])
    child.kill('SIGKILL')
    await exited
    const halfDone = await clearing.read(businessDate)
    expect(halfDone.runs.at(-1)).toMatchObject({ sequence: before + 1, state: 'open' })
    expect(netMinor(halfDone.lines)).toBe(0n)
    const day = await clearing.clear(businessDate)
    expect(day.runs.map(({ state }) => state)).toEqual(day.runs.map(() => 'closed'))
    expect(day.runs.length).toBe(before + 1)
    await expectSound(day)
  }, 60_000)

  it('makes a case of whatever the ledger says differently, and keeps it', async () => {
    const { database } = network
    const [sample] = await database.query<{ shard: number; payment_id: string; merchant_id: string }>(
      `select shard, payment_id, merchant_id from acquirer.payment
        where business_date = $1 and kind = 'purchase' and state = 'approved' limit 1`,
      [businessDate],
    )
    const stray = sample!.payment_id.replace(/..$/, (byte) => (byte === 'ee' ? 'ef' : 'ee'))
    await database.query(
      `insert into ledger.transfer (shard, transfer_id, payment_id, debit_account, credit_account, amount_minor, currency,
              kind, business_date, created_at)
       values ($1, $2::uuid, $2::uuid, 'custody:x', 'merchant:' || $3, 777, 'CNY', 'purchase', $4, $5)`,
      [sample!.shard, stray, sample!.merchant_id, businessDate, now()],
    )
    const day = await clearing.clear(businessDate)
    expect(day.cases).toMatchObject([
      {
        paymentId: stray,
        difference: 'notInJournal',
        journalMinor: 0n,
        ledgerMinor: 777n,
        merchantId: sample!.merchant_id,
      },
    ])
    expect((await clearing.clear(businessDate)).cases).toEqual(day.cases)
    expect((await readClearedDay(database, businessDate)).caseCount).toBe(1)
  })

  it('knows what is no date, and what is an empty day', async () => {
    await expect(clearing.clear('2026-02-30')).rejects.toMatchObject({ code: 'SETTLEMENT_DATE' })
    expect(await clearing.clear('2026-06-30')).toMatchObject({
      lines: [],
      cases: [],
      runs: [{ items: 0, state: 'closed' }],
    })
  })
})

function netOfMerchant(day: ClearedDay): bigint {
  return netMinor(day.lines.filter(({ partyKind }) => partyKind === 'merchant'))
}

/** Answers the request of the approved sale. */
async function sell(terminal: TerminalSession, amount: number): Promise<Parameters<TerminalSession['reverse']>[0]> {
  const card = demoCard('approved-two')
  const exchange = await terminal.pay({ kind: 'sale', card, entry: 'swipe', pin: card.pin, amount })
  expect(exchange.answer.fields[39]).toBe('00')
  return exchange.request
}
