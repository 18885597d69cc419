// Inserts new accounts and cards in sets.

import type { Transaction } from '@shua/postgres'
import type { CardState } from '../authorization/facts.ts'
import { columnNames, setParameter, setSource, type SetColumns } from './set-of-rows.ts'

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
  ['shard', (row) => row.shard],
  ['account_id', (row) => row.accountId],
  ['programme_id', (row) => row.programmeId],
  ['currency', (row) => row.currency],
  ['status', (row) => row.status],
  ['posted_minor', (row) => row.postedMinor],
  ['held_minor', () => 0n],
  ['created_at', (row) => row.createdAt],
]

const cardColumns: SetColumns<CardToInsert> = [
  ['shard', (row) => row.shard],
  ['pan_hash', (row) => row.panHash],
  ['account_id', (row) => row.accountId],
  ['masked_pan', (row) => row.maskedPan],
  ['sealed_pan', (row) => row.sealedPan],
  ['holder_name', (row) => row.holderName],
  ['expiry', (row) => row.expiry],
  ['service_code', (row) => row.serviceCode],
  ['chip', (row) => row.chip],
  ['state', (row) => row.state],
  ['state_changed_at', (row) => row.at],
  ['requires_pin', (row) => row.requiresPin],
  ['pin_offset', (row) => row.pinOffset],
  ['pin_tries', (row) => row.pinTries],
  ['single_limit_minor', (row) => row.singleLimitMinor],
  ['daily_limit_minor', (row) => row.dailyLimitMinor],
  ['daily_count_max', (row) => row.dailyCountMax],
  ['monthly_limit_minor', (row) => row.monthlyLimitMinor],
  ['created_at', (row) => row.at],
]

export async function insertAccounts(tx: Transaction, accounts: readonly AccountToInsert[]): Promise<void> {
  await insertRows(tx, {
    table: 'issuer.account',
    type: 'issuer.account_to_insert',
    columns: accountColumns,
    rows: accounts,
    name: 'issuer-insert-accounts',
  })
}

export async function insertCards(tx: Transaction, cards: readonly CardToInsert[]): Promise<void> {
  await insertRows(tx, {
    table: 'issuer.card',
    type: 'issuer.card_to_insert',
    columns: cardColumns,
    rows: cards,
    name: 'issuer-insert-cards',
  })
}

async function insertRows<Row>(
  tx: Transaction,
  o: {
    readonly table: string
    readonly type: string
    readonly columns: SetColumns<Row>
    readonly rows: readonly Row[]
    readonly name: string
  },
): Promise<void> {
  if (o.rows.length === 0) return
  const names = columnNames(o.columns)
  const statement = `insert into ${o.table} (${names}) select ${names} from ${setSource(o.type, 1)}`
  await tx.query(statement, [setParameter(o.columns, o.rows)], o.name)
}
