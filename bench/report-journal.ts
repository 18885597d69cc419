// A journal of a million payments for the report benchmark: real ones, made over TCP by a short load of every kind, and copies of
// them in thirty days before, each with ids, times, batches and reference numbers of its own. Journal, authorizations, ledger,
// batches and traces are copied alike and balances brought up to date, so the money rules hold.

import { openDatabase, type Database } from '@shua/postgres'
import { refuseWrongBooks } from './check-books.ts'
import { runLoadProcess, startNetworkProcess } from './processes.ts'

const terminals = 64
const cards = 2_000
const days = 30

const tables = [
  'acquirer.payment',
  'issuer.authorization',
  'ledger.transfer',
  'acquirer.payment_trace',
  'acquirer.batch',
  'acquirer.reversal',
] as const
type Table = (typeof tables)[number]

interface Copying {
  /** How many times every row is copied. */
  readonly copies: number
  /** How much older each copy is than the one before. */
  readonly stepMs: number
  readonly batchStep: number
}

export async function fillJournal(url: string, payments: number): Promise<void> {
  const network = await startNetworkProcess({ url, terminals, cards })
  await runLoadProcess({
    port: network.port,
    terminals,
    cards,
    seconds: 8,
    'warm-up': 0,
    mix: 'purchase=80,balanceInquiry=5,void=5,refund=5,reversal=5',
  })
  await network.stop()
  const database = openDatabase({ url, connectionsMax: 2, applicationName: 'shua-bench' })
  try {
    const copying = await planCopies(database, payments)
    await createMovedId(database)
    // The largest first, two at a time.
    const waiting: Table[] = [...tables]
    const work = async (): Promise<void> => {
      for (let table = waiting.shift(); table !== undefined; table = waiting.shift())
        await database.query(await copyStatement(database, table, copying))
    }
    await Promise.all([work(), work()])
    await bringBalancesUpToDate(database)
    for (const table of [...tables, 'issuer.account']) await database.query(`vacuum (analyze) ${table}`)
  } finally {
    await database.close()
  }
  await refuseWrongBooks(url)
}

async function planCopies(database: Database, payments: number): Promise<Copying> {
  const [made] = await database.query<{ payments: bigint; batches: number }>(
    'select count(*) as payments, max(batch_number) as batches from acquirer.payment',
  )
  const copies = Math.max(1, Math.round(payments / Number(made!.payments)) - 1)
  return { copies, stepMs: Math.floor((days * 86_400_000) / copies), batchStep: made!.batches + 1 }
}

/** Payment ids begin with their time in 48 bits (UUIDv7), and lists go by them, so it moves with the payment. */
async function createMovedId(database: Database): Promise<void> {
  await database.query(`
    create function server.moved(id uuid, ms bigint) returns uuid language sql immutable strict parallel safe as $$
      select overlay(replace(id::text, '-', '') placing
               lpad(to_hex(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint - ms), 12, '0') from 1)::uuid
    $$`)
}

async function copyStatement(database: Database, table: Table, copying: Copying): Promise<string> {
  const columns = await database.query<{ name: string; type: string }>(
    `select attname as name, format_type(atttypid, null) as type from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [table],
  )
  const values = columns.map(({ name, type }) => copiedValue(name, type, copying))
  return `insert into ${table} (${columns.map(({ name }) => name).join(', ')})
    select ${values.join(', ')} from ${table} as made cross join generate_series(1, ${copying.copies}) as copy
     ${table === 'ledger.transfer' ? `where made.kind <> 'load'` : ''}`
}

/** By name and type, so that a column a migration adds is copied as it is. */
function copiedValue(name: string, type: string, { stepMs, batchStep }: Copying): string {
  const agoMs = `copy * ${stepMs}::bigint`
  const ago = `copy * interval '${stepMs} milliseconds'`
  const made = `made.${name}`
  if (type === 'uuid' && /(payment|transfer)_id$/.test(name)) return `server.moved(${made}, ${agoMs})`
  if (type === 'timestamp with time zone') return `${made} - ${ago}`
  if (name === 'business_date') return `(${made} - ${ago})::date`
  if (name === 'started_at_us') return `${made} - ${agoMs} * 1000`
  if (name === 'batch_number' && type === 'text') return `lpad((${made}::int + copy * ${batchStep})::text, 6, '0')`
  if (name === 'batch_number') return `${made} + copy * ${batchStep}`
  if (name === 'rrn') return `lpad(((${made}::numeric + copy * 1000003) % 1000000000000)::text, 12, '0')`
  return made
}

async function bringBalancesUpToDate(database: Database): Promise<void> {
  await database.query(`
    update issuer.account set posted_minor = entry.total
      from (select account, sum(change) as total from (
              select credit_account as account, amount_minor as change from ledger.transfer
               union all
              select debit_account, -amount_minor from ledger.transfer) as change group by account) as entry
     where entry.account = 'cardholder:' || account_id and posted_minor <> entry.total`)
}
