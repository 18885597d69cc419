// Ten million cards in minutes, for load tests that ask whether the size of the tables costs speed. Called by load-seed.ts, which
// issues the cards that a load really uses; these are taken up again and laid down, each at a place of its own, among rows of
// the same widths with random hashes in place of real ones. Each row has its account, ledger account and opening balance, so
// every money rule holds. Indexes and constraints are put aside meanwhile and come back as the catalogue described them, so
// a new migration needs no change here.

import { Fault } from '@shua/assert'
import type { Database, Transaction } from '@shua/postgres'

export interface BulkCards {
  /** Without a statement timeout: some statements take minutes. */
  readonly database: Database
  /** All cards there shall be, with those that are issued. */
  readonly cards: number
  /** Issues the cards that can pay; each has an account of its own. */
  readonly issue: () => Promise<void>
}

const tables = ['issuer.account', 'issuer.card', 'ledger.account', 'ledger.transfer'] as const
type Table = (typeof tables)[number]

const rowsPerStatement = 500_000
/** Connections that work at once: one for each processor of a small machine. */
const workerCount = 2

/** The database must hold no cards yet. Fault LOAD_SEED_NOT_ALONE. */
export async function layBulkCards({ database, cards, issue }: BulkCards): Promise<void> {
  await refuseCards(database)
  const definitions = await readDefinitions(database)
  // Accounts are opened "on conflict do nothing", which needs the key; the rest would only slow the issuing down.
  const late = definitions.filter(({ kind, of }) => kind === 'key' && of === 'ledger.account')
  const early = definitions.filter((each) => !late.includes(each))
  await run(
    database,
    early.map(({ drop }) => drop),
  )
  await issue()
  await takeUpIssuedCards(database, cards)
  await run(database, [...late.map(({ drop }) => drop), 'truncate issuer.card, issuer.account'])
  const places = rangesOf(cards)
  await inParallel(places.map((range) => () => run(database, [placeStatement(range)])))
  const columns = new Map<Table, string[]>()
  for (const table of tables) columns.set(table, await columnsOf(database, table))
  await inParallel(
    places.flatMap((range) =>
      tables.map((table) => () => run(database, [rowStatement(table, columns.get(table)!, range)])),
    ),
  )
  // Before the indexes are there, because then each table is read once; and before any measurement, which would pay otherwise
  // for the first look at every page.
  await inParallel(tables.map((table) => () => database.query(`vacuum (freeze, analyze) ${table}`)))
  await bringBack(database, definitions)
  await run(database, [
    `drop table server.load_card, server.load_account, ${places.map(({ name }) => name).join(', ')}`,
  ])
}

async function refuseCards(database: Database): Promise<void> {
  const found = await database.query('select 1 from issuer.card limit 1')
  if (found.length > 0)
    throw new Fault('LOAD_SEED_NOT_ALONE', 'many cards are laid into a database that holds none yet, and no others')
}

interface Definition {
  readonly kind: 'foreignKey' | 'check' | 'key' | 'index'
  /** The table. */
  readonly of: string
  readonly drop: string
  readonly create: string
}

/**
 * Foreign keys first, which is the order to drop in. Of the checks only those that match a pattern, which cost more than all the
 * rest of a row. They come back for every later change of a row, but unproven for those already there: these are copies of rows
 * that passed.
 */
async function readDefinitions(database: Database): Promise<Definition[]> {
  return database.query<Definition>(
    `select * from (
       select case contype when 'f' then 'foreignKey' when 'c' then 'check' else 'key' end as kind, conrelid::regclass::text as of,
              format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
              format('alter table %s add constraint %I %s%s', conrelid::regclass, conname, pg_get_constraintdef(oid),
                     case when contype = 'c' and convalidated then ' not valid' end) as create
         from pg_constraint
        where (contype in ('p', 'u') and conrelid = any($1::regclass[]))
           or (contype = 'c' and conrelid = any($1::regclass[]) and pg_get_constraintdef(oid) like '%~%')
           or (contype = 'f' and (conrelid = any($1::regclass[]) or confrelid = any($1::regclass[])))
       union all
       select 'index', indrelid::regclass::text, format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
         from pg_index
        where indrelid = any($1::regclass[]) and not exists (select from pg_constraint where conindid = indexrelid)
     ) as definition order by kind = 'foreignKey' desc`,
    [tables],
  )
}

/** By table, because a key and an index of one table wait for each other's lock. Foreign keys need the keys. */
async function bringBack(database: Database, definitions: readonly Definition[]): Promise<void> {
  const [foreignKeys, others] = [
    definitions.filter(({ kind }) => kind === 'foreignKey'),
    definitions.filter(({ kind }) => kind !== 'foreignKey'),
  ]
  const creating = (some: readonly Definition[]) => () =>
    run(
      database,
      some.map(({ create }) => create),
    )
  await inParallel(
    ['issuer.card', 'ledger.transfer', 'ledger.account', 'issuer.account'].map((table) =>
      creating(others.filter(({ of }) => of === table)),
    ),
  )
  await creating(foreignKeys)()
}

/** Keeps the issued rows aside, each with its place among all: one in every so many, in the order of the random hash. */
async function takeUpIssuedCards(database: Database, cards: number): Promise<void> {
  const [counted] = await database.query<{ issued: bigint }>('select count(*) as issued from issuer.card')
  const step = Math.floor(cards / Number(counted!.issued))
  await run(database, [
    `create unlogged table server.load_card as
     select (row_number() over (order by pan_hash) - 1) * ${step} + 1 as place, card.* from issuer.card`,
    `create unlogged table server.load_account as
     select load_card.place, account.* from issuer.account join server.load_card using (shard, account_id)`,
    'create index on server.load_card (place)',
    'create index on server.load_account (place)',
    'analyze server.load_card',
    'analyze server.load_account',
  ])
}

interface PlaceRange {
  /** The table in which its places wait. */
  readonly name: string
  readonly first: number
  readonly last: number
}

function rangesOf(cards: number): PlaceRange[] {
  const count = Math.ceil(cards / rowsPerStatement)
  return Array.from({ length: count }, (_, index) => ({
    name: `server.load_place_${index}`,
    first: index * rowsPerStatement + 1,
    last: Math.min((index + 1) * rowsPerStatement, cards),
  }))
}

/**
 * What is a row's own, once for the four tables: that of the issued card at this place, or else parts of a hash of the place. Ids
 * begin with the time of the load, as the issued ones do. All in bytes, because text costs PostgreSQL three times as much.
 */
function placeStatement({ name, first, last }: PlaceRange): string {
  const id = (from: number): string => `encode(pattern.begin || substr(own, ${from}, 9), 'hex')::uuid`
  return `create unlogged table ${name} as
    select place, issued.place is not null as is_issued,
           coalesce(issued.shard, (((get_byte(own, 0) << 8) + get_byte(own, 1)) % 64)::smallint) as shard,
           coalesce(issued.pan_hash, own) as pan_hash, coalesce(issued.account_id, ${id(4)}) as account_id,
           ${id(13)} as payment_id, (1000000 + place % 1000000)::text as digits
      from (select place, sha256(int8send(place)) as own from generate_series(${first}::int8, ${last}) as place offset 0) as counted
      left join (select * from server.load_card where place between ${first} and ${last}) as issued using (place)
     cross join (select substr(uuid_send(account_id), 1, 6) || '\\x70'::bytea as begin from server.load_card limit 1) as pattern`
}

/** Columns that are not the same in every row of the load. */
const ownColumns: Readonly<Record<Table, Readonly<Record<string, string>>>> = {
  'issuer.account': { shard: 'own.shard', account_id: 'own.account_id' },
  'issuer.card': {
    shard: 'own.shard',
    pan_hash: 'own.pan_hash',
    account_id: 'own.account_id',
    masked_pan: 'coalesce(issued.masked_pan, left(sample.masked_pan, -4) || right(own.digits, 4))',
    sealed_pan: 'coalesce(issued.sealed_pan, substr(own.pan_hash || own.pan_hash, 1, length(sample.sealed_pan)))',
    pin_offset: 'coalesce(issued.pin_offset, right(own.digits, 6))',
  },
  'ledger.account': { account_id: `'cardholder:' || own.account_id` },
  'ledger.transfer': {
    shard: 'own.shard',
    transfer_id: 'own.payment_id',
    payment_id: 'own.payment_id',
    credit_account: `'cardholder:' || own.account_id`,
  },
}

function rowStatement(table: Table, columns: readonly string[], { name, first, last }: PlaceRange): string {
  const values = columns.map((column) => ownColumns[table][column] ?? `sample.${column}`)
  const issued = `left join (select * from server.load_card where place between ${first} and ${last}) as issued using (place)`
  // The ledger's rows of issued cards were never taken up.
  return `insert into ${table} (${columns.join(', ')})
    select ${values.join(', ')} from ${name} as own ${table === 'issuer.card' ? issued : ''}
     cross join (${sampleOf(table)}) as sample
     ${table.startsWith('ledger.') ? 'where not own.is_issued' : ''}`
}

/** A row of a card that was issued, as the pattern of all. */
function sampleOf(table: Table): string {
  const name = `(select 'cardholder:' || account_id from server.load_card limit 1)`
  if (table === 'issuer.card') return 'select * from server.load_card limit 1'
  if (table === 'issuer.account') return 'select * from server.load_account limit 1'
  if (table === 'ledger.account') return `select * from ledger.account where account_id = ${name}`
  return `select * from ledger.transfer where credit_account = ${name} limit 1`
}

async function columnsOf(database: Database, table: Table): Promise<string[]> {
  const rows = await database.query<{ name: string }>(
    `select quote_ident(attname) as name from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [table],
  )
  return rows.map(({ name }) => name)
}

async function run(database: Database, statements: readonly string[]): Promise<void> {
  await database.inTransaction(
    async (tx) => {
      await prepareSession(tx)
      for (const statement of statements) await tx.query(statement)
    },
    { statementTimeoutMs: 0 },
  )
}

/** Until the end of the transaction: memory for the indexes, one processor each, and no wait for the disk. */
async function prepareSession(tx: Transaction): Promise<void> {
  await tx.query(`set local maintenance_work_mem = '1GB'`)
  await tx.query('set local max_parallel_maintenance_workers = 0')
  await tx.query('set local max_parallel_workers_per_gather = 0')
  await tx.query(`set local work_mem = '256MB'`)
  await tx.query('set local synchronous_commit = off')
}

async function inParallel(tasks: readonly (() => Promise<unknown>)[]): Promise<void> {
  const waiting = [...tasks]
  const work = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) await task()
  }
  await Promise.all(Array.from({ length: workerCount }, work))
}
