// How long the pages wait for the database over a journal of a million payments, through the same functions that serve them.
// The baseline is one row of the journal by its primary key. What reads far more rows than it shows is told with the plan's
// own numbers. SHUA_BENCH_PAYMENTS asks for another size.

import { dayTotals, listPayments, listTerminals, terminalKeys, type ListedPayment } from '@shua/acquirer'
import { openDatabase, type Database } from '@shua/postgres'
import { localTime } from '@shua/scheme'
import { xrayReport } from '../apps/server/src/web/xray.ts'
import { hostTotals } from '../services/acquirer/src/store/batch-store.ts'
import { startDurablePostgres } from './durable-postgres.ts'
import { resultOf, type BenchResult } from './measure.ts'
import { fillJournal } from './report-journal.ts'

const runs = 7
const pageSize = 50
/** A statement that looks at more rows than this is worth a line. */
const rowsWorthTelling = 2_000

type Report = readonly [name: string, read: (database: Database) => Promise<unknown>]

export async function benchReports(): Promise<BenchResult[]> {
  const payments = paymentsWanted()
  const postgres = await startDurablePostgres()
  try {
    const url = await postgres.createDatabase('reports')
    const startMs = performance.now()
    await fillJournal(url, payments)
    const database = openDatabase({ url, connectionsMax: 4, applicationName: 'shua-bench' })
    try {
      console.log(
        `reports: ${await sizeOf(database)}, filled in ${((performance.now() - startMs) / 1000).toFixed(0)} s`,
      )
      const some = await choosePayment(database)
      const baseline = await timesOf(database, (each) =>
        each.query('select * from acquirer.payment where shard = $1 and payment_id = $2', [some.shard, some.paymentId]),
      )
      const results: BenchResult[] = []
      for (const [name, read] of reportsOver(some)) {
        results.push(resultOf(`reports.${name}`, 'ms', { values: await timesOf(database, read), baseline }))
        await tellWhatItReads(database, name, read)
      }
      console.log('')
      return results
    } finally {
      await database.close()
    }
  } finally {
    await postgres.stop()
  }
}

function paymentsWanted(): number {
  const text = process.env['SHUA_BENCH_PAYMENTS'] ?? '1000000'
  const payments = Number(text)
  if (/^\d+$/.test(text) && payments >= 1_000 && payments <= 20_000_000) return payments
  throw new Error('SHUA_BENCH_PAYMENTS must be a whole number from 1000 to 20000000')
}

async function sizeOf(database: Database): Promise<string> {
  const [row] = await database.query<{ payments: bigint; size: string }>(
    `select count(*) as payments, pg_size_pretty(pg_total_relation_size('acquirer.payment')) as size from acquirer.payment`,
  )
  return `${row!.payments} payments, ${row!.size} with indexes`
}

/** One from the middle of the journal that has a trace. */
async function choosePayment(database: Database): Promise<ListedPayment> {
  const [row] = await database.query<{ paymentId: string }>(
    `select payment_id as "paymentId" from acquirer.payment_trace where payment_id is not null and mti = '0200'
      order by payment_id offset (select count(*) / 2 from acquirer.payment_trace where payment_id is not null and mti = '0200') limit 1`,
  )
  const [payment] = await listPayments(database, { limit: 1, paymentIds: [row!.paymentId] })
  return payment!
}

function reportsOver(some: ListedPayment): readonly Report[] {
  // The page asks for one more, to know whether there is another page.
  const page = { limit: pageSize + 1 }
  const { paymentId, terminalId, batchNumber, rrn } = some
  return [
    ['payments', (database) => listPayments(database, page)],
    ['payments.older', (database) => listPayments(database, { ...page, before: paymentId })],
    ['payments.terminal', (database) => listPayments(database, { ...page, terminalId })],
    ['payments.commonState', (database) => listPayments(database, { ...page, state: 'approved' })],
    ['payments.rareState', (database) => listPayments(database, { ...page, state: 'declined' })],
    ['payments.rrn', (database) => listPayments(database, { ...page, text: rrn })],
    ['payments.byId', (database) => listPayments(database, { limit: 1, paymentIds: [paymentId] })],
    ['terminals', listTerminals],
    ['dayTotals', (database) => dayTotals(database, localTime(new Date()).isoDate)],
    ['batchTotals', (database) => hostTotals(database, terminalId, batchNumber)],
    [
      'xray',
      (database) => xrayReport(paymentId, { database, flush: async () => {}, keysOf: (id) => keysOf(database, id) }),
    ],
  ]
}

async function keysOf(database: Database, terminalId: string): Promise<{ name: string; kcv: string }[]> {
  return (await terminalKeys(database, terminalId)).map(({ name }) => ({ name, kcv: '' }))
}

/** Milliseconds; the first time is thrown away, because then the pages come from the disk. */
async function timesOf(database: Database, read: Report[1]): Promise<number[]> {
  const times: number[] = []
  for (let run = -1; run < runs; run++) {
    const startMs = performance.now()
    await read(database)
    if (run >= 0) times.push(performance.now() - startMs)
  }
  return times
}

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly PlanNode[]
}

/** Explains each statement of a report with the values it had, and names what reads many rows. */
async function tellWhatItReads(database: Database, name: string, read: Report[1]): Promise<void> {
  const statements: { text: string; values: readonly unknown[] }[] = []
  await read({
    inTransaction: (work, options) => database.inTransaction(work, options),
    listen: (channel, listener) => database.listen(channel, listener),
    close: () => database.close(),
    query: (text, values = []) => {
      statements.push({ text, values })
      return database.query(text, values)
    },
  })
  for (const { text, values } of statements) {
    const [row] = await database.query<{ 'QUERY PLAN': readonly { Plan: PlanNode }[] }>(
      `explain (analyze, format json) ${text}`,
      values,
    )
    for (const node of nodesOf(row!['QUERY PLAN'][0]!.Plan)) {
      const read = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']
      if (node['Relation Name'] === undefined || read < rowsWorthTelling) continue
      const by = node['Index Name'] === undefined ? '' : ` by ${node['Index Name']}`
      console.log(
        `reports.${name}: ${node['Node Type']} of ${node['Relation Name']}${by} looks at ${Math.round(read)} rows`,
      )
    }
  }
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}
