// The SQL of ledger.transfer: appended in sets, read by payment, summed by account. Rows are never updated.
// The issuer embeds `transferInsert` in its own statement, so that a batch of authorizations and its entries are one round trip.

import type { LedgerAccount, Transfer, TransferKind } from '@shua/ledger'
import type { Currency } from '@shua/money'
import { type Queryable, RowArray } from '@shua/postgres'

const names = `shard, transfer_id, payment_id, debit_account, credit_account, amount_minor, currency, kind, business_date,
  created_at`

/** An insert of the transfers that parameter `$place` holds (`transferParameter`). */
export function transferInsert(place: number): string {
  return `insert into ledger.transfer (${names}) select ${names} from unnest($${place}::ledger.transfer_to_write[])`
}

export function transferParameter(transfers: readonly Transfer[]): RowArray {
  return new RowArray(
    transfers.map(({ shard, transferId, paymentId, debit, credit, amount, kind, businessDate, at }) => [
      shard,
      transferId,
      paymentId,
      debit,
      credit,
      amount.minorUnits,
      amount.currency,
      kind,
      businessDate,
      at,
    ]),
  )
}

const insertStatement = transferInsert(1)

export async function insertTransfers(queryable: Queryable, transfers: readonly Transfer[]): Promise<void> {
  if (transfers.length === 0) return
  await queryable.query(insertStatement, [transferParameter(transfers)], 'ledger-insert-transfers')
}

interface TransferRow {
  shard: number
  transfer_id: string
  payment_id: string
  debit_account: LedgerAccount
  credit_account: LedgerAccount
  amount_minor: bigint
  currency: Currency
  kind: TransferKind
  business_date: string
  created_at: Date
}

// The leg's number is in the last byte of the transfer's id (ledger's transferIdOf).
const legNumber = 'get_byte(uuid_send(transfer_id), 15) # get_byte(uuid_send(payment_id), 15)'

/** All transfers of the payments, oldest first; the legs of one payment in the order they were built. */
export async function readTransfers(queryable: Queryable, paymentIds: readonly string[]): Promise<Transfer[]> {
  const rows = await queryable.query<TransferRow>(
    `select ${names} from ledger.transfer where payment_id = any($1::uuid[]) order by created_at, payment_id, ${legNumber}`,
    [paymentIds],
    'ledger-read-transfers',
  )
  return rows.map((row) => ({
    shard: row.shard,
    transferId: row.transfer_id,
    paymentId: row.payment_id,
    debit: row.debit_account,
    credit: row.credit_account,
    amount: { minorUnits: row.amount_minor, currency: row.currency },
    kind: row.kind,
    businessDate: row.business_date,
    at: row.created_at,
  }))
}
