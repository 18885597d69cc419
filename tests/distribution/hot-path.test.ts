// Every statement of a payment works in the shard of its card (design §3, "Two keys, one shard"): one payment after the other, each
// statement that touches a distributed table ties it to a shard by a parameter, and the parameter holds one shard. What cannot
// is named here with its reason. Statements are heard at the driver and read by PostgreSQL's parser, so this goes on holding when
// they are written differently.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { planDistribution } from '../../apps/cli/src/database/distribution-plan.ts'
import { readCatalog } from '../../apps/cli/src/database/read-catalog.ts'
import { networkMigrations } from '../../apps/server/src/network.ts'
import { startTestNetwork, type TestNetwork } from '../harness/start-test-network.ts'
import { demoCard, openTerminal } from '../protocol/demo-terminal.ts'
import type { PaymentDetails } from '../protocol/independent-client/payment-request.ts'
import { originalOf, type Exchange, type TerminalSession } from '../protocol/independent-client/terminal-session.ts'
import { hearStatements, type SentStatement } from './sent-statements.ts'
import { loadParser, readShardKey, type ShardReading } from './shard-key.ts'

interface Exception {
  readonly table: string
  /** Columns by which the statement finds its rows instead; it must name all of them. */
  readonly by: readonly string[]
  readonly why: string
}

/** Looks into all shards. Each is one step into an index there. */
const exceptions: readonly Exception[] = [
  {
    table: 'acquirer.payment',
    by: ['terminal_id', 'batch_number', 'stan'],
    why: 'a trace has no card: it may have been used with a card of any shard, and a reversal, void or repeated advice names only it',
  },
  {
    table: 'acquirer.payment',
    by: ['rrn', 'merchant_id'],
    why: 'a refund names its original by reference number; the card that comes with it must not decide where to look',
  },
  {
    table: 'acquirer.payment',
    by: ['approval_code', 'merchant_id'],
    why: 'a completion names its pre-authorization by approval code, and is answered 25 or 14 when the card is another one',
  },
]

/** May be read as a whole. */
const readWhole: Readonly<Record<string, string>> = {
  'issuer.programme': 'a handful of rows, asked for when one has changed',
}

const card = demoCard('approved')
const swiped = { card, entry: 'swipe', pin: card.pin } as const
const keyed = { card, entry: 'keyed' } as const
let network: TestNetwork
let pos: TerminalSession
let distributed: ReadonlySet<string>
const heard = new Map<string, readonly SentStatement[]>()
const readings = new Map<string, ShardReading>()

beforeAll(async () => {
  await loadParser()
  network = await startTestNetwork()
  const schemas = (await networkMigrations()).map(({ schema }) => schema)
  const plan = planDistribution(await readCatalog(network.database, schemas))
  distributed = new Set(plan.tables.filter((each) => each.placement === 'distributed').map(({ table }) => table))
  pos = await openTerminal(network.terminalPort, '10000001')
  expect((await pos.signOn('003')).answer.fields[39]).toBe('00')
  await playFlows()
})

afterAll(async () => {
  pos.connection.close()
  await network.stop()
})

async function playFlows(): Promise<void> {
  const flow = async (name: string, code: string, exchange: () => Promise<Exchange>): Promise<Exchange> => {
    const hearing = hearStatements()
    const answered = await exchange().finally(() => hearing.stop())
    expect([name, answered.answer.fields[39]]).toEqual([name, code])
    heard.set(name, hearing.sent)
    return answered
  }
  const pay = async (name: string, details: PaymentDetails, code = '00'): Promise<Exchange> =>
    flow(name, code, () => pos.pay(details))
  await pay('balance', { kind: 'balance', ...swiped })
  const sale = await pay('purchase', { kind: 'sale', ...swiped, amount: 10_00 })
  await pay('void', { kind: 'void', ...keyed, amount: 10_00, original: originalOf(sale) })
  const second = await pay('second purchase', { kind: 'sale', ...swiped, amount: 10_00 })
  await pay('refund', { kind: 'refund', ...keyed, amount: 4_00, original: originalOf(second) })
  await flow('duplicate', '94', () => pos.send(pos.sealed(second.request)))
  await pay('declined purchase', { kind: 'sale', ...swiped, pin: '654321', amount: 1_00 }, '55')
  const hold = await pay('pre-authorization', { kind: 'preAuthorisation', ...swiped, amount: 20_00 })
  const completion = await pay('completion', {
    kind: 'completion',
    ...swiped,
    amount: 20_00,
    original: originalOf(hold),
  })
  await pay('completion void', { kind: 'completionVoid', ...swiped, amount: 20_00, original: originalOf(completion) })
  await pay('completion advice', { kind: 'completionAdvice', ...keyed, amount: 15_00, original: originalOf(hold) })
  const other = await pay('second pre-authorization', { kind: 'preAuthorisation', ...swiped, amount: 5_00 })
  const undone = { kind: 'preAuthorisationVoid', ...swiped, amount: 5_00, original: originalOf(other) } as const
  await pay('pre-authorization void', undone)
  const third = await pay('third purchase', { kind: 'sale', ...swiped, amount: 3_00 })
  await flow('reversal', '00', () => pos.reverse(third.request))
  await flow('reversal again', '25', () => pos.reverse(third.request))
  const unsent = pos.paymentRequest({ kind: 'sale', ...swiped, amount: 3_00 })
  await flow('reversal that comes first', '00', () => pos.reverse(unsent))
  await setLimits()
  const counted = await pay('counted purchase', { kind: 'sale', ...swiped, amount: 10_00 })
  await pay('refused by the limit', { kind: 'sale', ...swiped, amount: 10_01 }, '61')
  await pay('counted void', { kind: 'void', ...keyed, amount: 10_00, original: originalOf(counted) })
  const again = await pay('purchase counted again', { kind: 'sale', ...swiped, amount: 10_00 })
  await flow('counted reversal', '00', () => pos.reverse(again.request))
}

/** From here on this terminal and its merchant count. */
async function setLimits(): Promise<void> {
  await network.database.query(
    `with changed as (update acquirer.terminal set daily_limit_minor = 2000 where terminal_id = '10000001' returning merchant_id)
     update acquirer.merchant m set daily_limit_minor = 2000 from changed where m.merchant_id = changed.merchant_id`,
  )
}

/** Each text is taken apart once. */
function read(text: string): ShardReading {
  const reading = readings.get(text) ?? readShardKey(text, distributed)
  readings.set(text, reading)
  return reading
}

function isExcepted(table: string, { text }: SentStatement): boolean {
  return exceptions.some(
    (each) => each.table === table && each.by.every((column) => new RegExp(`\\b${column}\\b`).test(text)),
  )
}

function shardsIn(text: string): readonly string[] {
  const ofRows = [...text.matchAll(/"\((\d+),/g)].map(([, shard]) => shard!)
  return ofRows.length > 0 ? ofRows : (text.match(/\d+/g) ?? [])
}

/** A parameter is one shard, an array of them, or an array of rows that begin with it, as the driver writes them. */
function shardsOf({ values }: SentStatement, parameters: readonly number[]): Set<string> {
  return new Set(parameters.flatMap((number) => shardsIn(String(values[number - 1]))))
}

interface PlanNode {
  readonly 'Node Type': string
  readonly Schema?: string
  readonly 'Relation Name'?: string
  readonly Plans?: readonly PlanNode[]
}

/** By the plan that serves all parameters. */
async function tablesReadWhole(text: string): Promise<string[]> {
  if (!/^\s*(select|insert|update|delete|with)\b/.test(text)) return []
  const [row] = await network.database.query<{ 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] }>(
    `explain (generic_plan, verbose, format json) ${text}`,
  )
  const nodes: PlanNode[] = row!['QUERY PLAN'].map(({ Plan }) => Plan)
  const tables: string[] = []
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    if (node['Node Type'] === 'Seq Scan') tables.push(`${node.Schema}.${node['Relation Name']}`)
    nodes.push(...(node.Plans ?? []))
  }
  return tables
}

const nameOf = ({ name, text }: SentStatement): string => name ?? text.slice(0, 80)

describe('the statements of a payment', () => {
  it('are heard: every distributed table that payments write was touched', () => {
    const touched = new Set([...heard.values()].flat().flatMap(({ text }) => read(text).touched))
    const written = ['acquirer.payment', 'issuer.account', 'issuer.authorization', 'issuer.card', 'ledger.transfer']
    expect([...touched]).toEqual(expect.arrayContaining(written))
    for (const [flow, statements] of heard) expect([flow, statements.length > 2]).toEqual([flow, true])
  })

  it('tie every distributed table to a shard, but for the exceptions', () => {
    const wrong = [...heard].flatMap(([flow, statements]) =>
      statements.flatMap((statement) =>
        read(statement.text)
          .loose.filter(({ table }) => !isExcepted(table, statement))
          .map(({ table, alias }) => `${flow}: ${nameOf(statement)} touches ${table} as ${alias} in no shard`),
      ),
    )
    expect(wrong).toEqual([])
  })

  it('name one shard for one payment, but for the exceptions', () => {
    const wrong = [...heard].flatMap(([flow, statements]) =>
      statements.flatMap((statement) => {
        const { shardParameters, touched } = read(statement.text)
        const shards = shardsOf(statement, shardParameters)
        return shards.size <= 1 || touched.every((table) => isExcepted(table, statement))
          ? []
          : [`${flow}: ${nameOf(statement)} names ${shards.size} shards`]
      }),
    )
    expect(wrong).toEqual([])
  })

  it('need every exception', () => {
    const texts = [...heard.values()].flat().map(({ text }) => text)
    const unused = exceptions.filter(
      ({ table, by }) =>
        !texts.some(
          (text) =>
            by.every((column) => new RegExp(`\\b${column}\\b`).test(text)) && read(text).touched.includes(table),
        ),
    )
    expect(unused).toEqual([])
  })

  // The tables are as small here as in the first minute of a new installation, and a plan may be kept until they are large.
  it('read no table as a whole, though it is still small when they are planned', async () => {
    const wrong: string[] = []
    const statements = new Map([...heard.values()].flat().map((statement) => [statement.text, statement]))
    for (const statement of statements.values()) {
      const whole = (await tablesReadWhole(statement.text)).filter((table) => !(table in readWhole))
      if (whole.length > 0) wrong.push(`${nameOf(statement)} reads the whole of ${whole.join(', ')}`)
    }
    expect(wrong).toEqual([])
  })

  it('leave the money in order', async () => {
    expect(await network.checkMoneyRules()).toEqual([])
    expect(network.faults).toEqual([])
  })
})
