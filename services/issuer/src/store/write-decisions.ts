// Writes the decisions of a batch in one statement: authorizations, balances, counters, what became of originals, entries and
// cases. A payment that is there already is not written again, and with it none of its effects: every other part of the
// statement joins the rows that were really inserted.

import { transferInsert, transferParameterCount, transferParameters } from '@shua/ledger-store'
import type { Transfer } from '@shua/ledger'
import type { PaymentRequest } from '@shua/scheme'
import type { Transaction } from '@shua/postgres'
import type { Authorization, Card } from '../authorization/facts.ts'
import type { CaseKind } from '../authorization/decision.ts'
import { columnNames, setParameters, setSource, type SetColumns } from './set-of-rows.ts'

export interface AuthorizationToWrite {
  readonly request: PaymentRequest
  readonly authorization: Authorization
}

export interface AccountToWrite {
  readonly shard: number
  readonly accountId: string
  readonly paymentId: string
  readonly postedChange: bigint
  readonly heldChange: bigint
  readonly approvals: number
}

export interface CardToWrite extends Pick<
  Card,
  'shard' | 'panHash' | 'pinTries' | 'day' | 'daySpentMinor' | 'dayCount'
> {
  readonly paymentId: string
}

export interface CaseToWrite {
  readonly shard: number
  readonly accountId: string
  readonly paymentId: string
  readonly kind: CaseKind
  readonly amountMinor: bigint
  readonly currency: string
  readonly openedAt: Date
}

/** One array per table; a payment may stand in several. */
export interface BatchToWrite {
  readonly authorizations: AuthorizationToWrite[]
  readonly accounts: AccountToWrite[]
  readonly cards: CardToWrite[]
  /** Earlier authorizations as they are after the payment `by`. */
  readonly changed: { readonly by: string; readonly after: Authorization }[]
  readonly transfers: Transfer[]
  readonly cases: CaseToWrite[]
}

const authorizationColumns: SetColumns<AuthorizationToWrite> = [
  ['shard', 'smallint', ({ authorization }) => authorization.shard],
  ['payment_id', 'uuid', ({ authorization }) => authorization.paymentId],
  ['account_id', 'uuid', ({ authorization }) => authorization.accountId],
  ['pan_hash', 'bytea', ({ authorization }) => authorization.panHash],
  ['kind', 'text', ({ authorization }) => authorization.kind],
  ['state', 'text', ({ authorization }) => authorization.state],
  ['reason', 'text', ({ authorization }) => authorization.reason],
  ['amount_minor', 'bigint', ({ authorization }) => authorization.amountMinor],
  ['currency', 'text', ({ authorization }) => authorization.currency],
  ['approval_code', 'text', ({ authorization }) => authorization.approvalCode],
  ['original_payment_id', 'uuid', ({ authorization }) => authorization.originalPaymentId],
  ['hold_minor', 'bigint', ({ authorization }) => authorization.holdMinor],
  ['hold_expires_at', 'timestamptz', ({ authorization }) => authorization.holdExpiresAt],
  ['released_minor', 'bigint', ({ authorization }) => authorization.releasedMinor],
  ['business_date', 'date', ({ authorization }) => authorization.businessDate],
  ['requested_at', 'timestamptz', ({ request }) => request.at],
  ['merchant_id', 'text', ({ authorization }) => authorization.merchantId],
  ['terminal_id', 'text', ({ request }) => request.terminalId],
  ['batch_number', 'text', ({ request }) => request.batchNumber],
  ['stan', 'text', ({ request }) => request.stan],
  ['rrn', 'text', ({ request }) => request.rrn],
  ['entry_method', 'text', ({ request }) => request.entryMode.method],
]

const accountColumns: SetColumns<AccountToWrite> = [
  ['shard', 'smallint', (row) => row.shard],
  ['account_id', 'uuid', (row) => row.accountId],
  ['payment_id', 'uuid', (row) => row.paymentId],
  ['posted_change', 'bigint', (row) => row.postedChange],
  ['held_change', 'bigint', (row) => row.heldChange],
  ['approvals', 'smallint', (row) => row.approvals],
]

const cardColumns: SetColumns<CardToWrite> = [
  ['shard', 'smallint', (row) => row.shard],
  ['pan_hash', 'bytea', (row) => row.panHash],
  ['payment_id', 'uuid', (row) => row.paymentId],
  ['pin_tries', 'smallint', (row) => row.pinTries],
  ['day', 'date', (row) => row.day],
  ['day_spent_minor', 'bigint', (row) => row.daySpentMinor],
  ['day_count', 'integer', (row) => row.dayCount],
]

const changedColumns: SetColumns<BatchToWrite['changed'][number]> = [
  ['shard', 'smallint', ({ after }) => after.shard],
  ['payment_id', 'uuid', ({ after }) => after.paymentId],
  ['by_payment_id', 'uuid', ({ by }) => by],
  ['state', 'text', ({ after }) => after.state],
  ['refunded_minor', 'bigint', ({ after }) => after.refundedMinor],
  ['completed_minor', 'bigint', ({ after }) => after.completedMinor],
  ['hold_minor', 'bigint', ({ after }) => after.holdMinor],
]

const caseColumns: SetColumns<CaseToWrite> = [
  ['shard', 'smallint', (row) => row.shard],
  // A payment opens one case at most, so the case has its number.
  ['case_id', 'uuid', (row) => row.paymentId],
  ['account_id', 'uuid', (row) => row.accountId],
  ['payment_id', 'uuid', (row) => row.paymentId],
  ['kind', 'text', (row) => row.kind],
  ['amount_minor', 'bigint', (row) => row.amountMinor],
  ['currency', 'text', (row) => row.currency],
  ['opened_at', 'timestamptz', (row) => row.openedAt],
]

const firstAccount = 1 + authorizationColumns.length
const firstCard = firstAccount + accountColumns.length
const firstChanged = firstCard + cardColumns.length
const firstTransfer = firstChanged + changedColumns.length
const firstCase = firstTransfer + transferParameterCount

/** The rows of an input whose payment was written. Their own step, so that the planner joins the two sets by hashing. */
const writtenRows = <Row>(columns: SetColumns<Row>, first: number): string =>
  `materialized (
    select input.* from ${setSource('input', columns, first)}
    join written on written.shard = input.shard and written.payment_id = input.payment_id
  )`

const statement = `
  with written as (
    insert into issuer.authorization (${columnNames(authorizationColumns)})
    select ${columnNames(authorizationColumns)} from ${setSource('input', authorizationColumns, 1)}
    on conflict (shard, payment_id) do nothing
    returning shard, payment_id
  ), account_input as ${writtenRows(accountColumns, firstAccount)}, written_account as (
    update issuer.account set
      posted_minor = account.posted_minor + input.posted_change,
      held_minor = account.held_minor + input.held_change,
      authorization_sequence = account.authorization_sequence + input.approvals
    from account_input as input
    where account.shard = input.shard and account.account_id = input.account_id
  ), card_input as ${writtenRows(cardColumns, firstCard)}, written_card as (
    update issuer.card set
      pin_tries = input.pin_tries, day = input.day, day_spent_minor = input.day_spent_minor, day_count = input.day_count
    from card_input as input
    where card.shard = input.shard and card.pan_hash = input.pan_hash
  ), changed as (
    update issuer.authorization as earlier set
      state = input.state, refunded_minor = input.refunded_minor,
      completed_minor = input.completed_minor, hold_minor = input.hold_minor
    from ${setSource('input', changedColumns, firstChanged)}
    join written on written.shard = input.shard and written.payment_id = input.by_payment_id
    where earlier.shard = input.shard and earlier.payment_id = input.payment_id
  ), posted as (
    ${transferInsert(firstTransfer)}
    where exists (
      select from written where written.shard = transfer.shard and written.payment_id = transfer.payment_id
    )
  ), case_input as ${writtenRows(caseColumns, firstCase)}, opened_case as (
    insert into issuer.case (${columnNames(caseColumns)}) select ${columnNames(caseColumns)} from case_input
  )
  select shard, payment_id from written`

/** Answers the ids of the payments that were written; the others were there before and had no effect now. */
export async function writeDecisions(tx: Transaction, batch: BatchToWrite): Promise<ReadonlySet<string>> {
  const parameters = [
    ...setParameters(authorizationColumns, batch.authorizations),
    ...setParameters(accountColumns, batch.accounts),
    ...setParameters(cardColumns, batch.cards),
    ...setParameters(changedColumns, batch.changed),
    ...transferParameters(batch.transfers),
    ...setParameters(caseColumns, batch.cases),
  ]
  const rows = await tx.query<{ payment_id: string }>(statement, parameters, 'issuer-write-decisions')
  return new Set(rows.map((row) => row.payment_id))
}
