// Inserts new accounts and cards in sets.

import type { Transaction } from '@shua/postgres'
import type { CardState } from '../authorization/facts.ts'
import { columnNames, setParameters, setSource, type SetColumns } from './set-of-rows.ts'

export interface AccountToInsert {
  readonly shard: number
  readonly accountId: string
  readonly programmeId: string
  readonly currency: string
  readonly status: string
  readonly postedMinor: bigint
  readonly createdAt: Date
}

export interface CardToInsert {
  readonly shard: number
  readonly panHash: Buffer
  readonly accountId: string
  readonly maskedPan: string
  readonly sealedPan: Buffer
  readonly holderName: string | null
  readonly expiry: string
  readonly serviceCode: string
  readonly chip: boolean
  readonly state: CardState
  readonly requiresPin: boolean
  readonly pinOffset: string | null
  readonly pinTries: number
  readonly singleLimitMinor: bigint | null
  readonly dailyLimitMinor: bigint | null
  readonly dailyCountMax: number | null
  readonly monthlyLimitMinor: bigint | null
  readonly at: Date
}

const accountColumns: SetColumns<AccountToInsert> = [
  ['shard', 'smallint', (row) => row.shard],
  ['account_id', 'uuid', (row) => row.accountId],
  ['programme_id', 'text', (row) => row.programmeId],
  ['currency', 'text', (row) => row.currency],
  ['status', 'text', (row) => row.status],
  ['posted_minor', 'bigint', (row) => row.postedMinor],
  ['held_minor', 'bigint', () => 0n],
  ['created_at', 'timestamptz', (row) => row.createdAt],
]

const cardColumns: SetColumns<CardToInsert> = [
  ['shard', 'smallint', (row) => row.shard],
  ['pan_hash', 'bytea', (row) => row.panHash],
  ['account_id', 'uuid', (row) => row.accountId],
  ['masked_pan', 'text', (row) => row.maskedPan],
  ['sealed_pan', 'bytea', (row) => row.sealedPan],
  ['holder_name', 'text', (row) => row.holderName],
  ['expiry', 'text', (row) => row.expiry],
  ['service_code', 'text', (row) => row.serviceCode],
  ['chip', 'boolean', (row) => row.chip],
  ['state', 'text', (row) => row.state],
  ['state_changed_at', 'timestamptz', (row) => row.at],
  ['requires_pin', 'boolean', (row) => row.requiresPin],
  ['pin_offset', 'text', (row) => row.pinOffset],
  ['pin_tries', 'smallint', (row) => row.pinTries],
  ['single_limit_minor', 'bigint', (row) => row.singleLimitMinor],
  ['daily_limit_minor', 'bigint', (row) => row.dailyLimitMinor],
  ['daily_count_max', 'integer', (row) => row.dailyCountMax],
  ['monthly_limit_minor', 'bigint', (row) => row.monthlyLimitMinor],
  ['created_at', 'timestamptz', (row) => row.at],
]

export async function insertAccounts(tx: Transaction, accounts: readonly AccountToInsert[]): Promise<void> {
  await insertRows(tx, {
    table: 'issuer.account',
    columns: accountColumns,
    rows: accounts,
    name: 'issuer-insert-accounts',
  })
}

export async function insertCards(tx: Transaction, cards: readonly CardToInsert[]): Promise<void> {
  await insertRows(tx, { table: 'issuer.card', columns: cardColumns, rows: cards, name: 'issuer-insert-cards' })
}

async function insertRows<Row>(
  tx: Transaction,
  o: {
    readonly table: string
    readonly columns: SetColumns<Row>
    readonly rows: readonly Row[]
    readonly name: string
  },
): Promise<void> {
  if (o.rows.length === 0) return
  const names = columnNames(o.columns)
  const statement = `insert into ${o.table} (${names}) select ${names} from ${setSource('input', o.columns, 1)}`
  await tx.query(statement, setParameters(o.columns, o.rows), o.name)
}
