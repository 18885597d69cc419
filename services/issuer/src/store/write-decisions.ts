// Writes the decisions of a batch in one statement: authorizations, balances, counters, what became of originals, entries and
// cases. The caller holds the locks of the accounts and knows that none of the payments is there; were one there all the same,
// its primary key would stop the whole statement.

import { transferInsert, transferParameter } from '@shua/ledger-store'
import type { Transfer } from '@shua/ledger'
import type { PaymentRequest } from '@shua/scheme'
import type { RowArray, Transaction } from '@shua/postgres'
import type { Authorization, Card } from '../authorization/facts.ts'
import type { CaseKind } from '../authorization/decision.ts'
import { columnNames, joinedSource, setParameter, setSource, type SetColumns } from './set-of-rows.ts'

export interface AuthorizationToWrite {
  readonly request: PaymentRequest
  readonly authorization: Authorization
}

export interface AccountToWrite {
  readonly shard: number
  readonly accountId: string
  readonly postedChange: bigint
  readonly heldChange: bigint
  readonly approvals: number
}

export type CardToWrite = Pick<
  Card,
  'shard' | 'panHash' | 'pinTries' | 'day' | 'daySpentMinor' | 'dayCount' | 'monthSpentMinor'
>

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
  /** Earlier authorizations as they are after the payments. */
  readonly changed: Authorization[]
  readonly transfers: Transfer[]
  readonly cases: CaseToWrite[]
}

const authorizationColumns: SetColumns<AuthorizationToWrite> = [
  ['shard', ({ authorization }) => authorization.shard],
  ['payment_id', ({ authorization }) => authorization.paymentId],
  ['account_id', ({ authorization }) => authorization.accountId],
  ['pan_hash', ({ authorization }) => authorization.panHash],
  ['kind', ({ authorization }) => authorization.kind],
  ['state', ({ authorization }) => authorization.state],
  ['reason', ({ authorization }) => authorization.reason],
  ['amount_minor', ({ authorization }) => authorization.amountMinor],
  ['currency', ({ authorization }) => authorization.currency],
  ['approval_code', ({ authorization }) => authorization.approvalCode],
  ['original_payment_id', ({ authorization }) => authorization.originalPaymentId],
  ['hold_minor', ({ authorization }) => authorization.holdMinor],
  ['hold_expires_at', ({ authorization }) => authorization.holdExpiresAt],
  ['released_minor', ({ authorization }) => authorization.releasedMinor],
  ['business_date', ({ authorization }) => authorization.businessDate],
  ['requested_at', ({ request }) => request.at],
  ['merchant_id', ({ authorization }) => authorization.merchantId],
  ['terminal_id', ({ request }) => request.terminalId],
  ['batch_number', ({ request }) => request.batchNumber],
  ['stan', ({ request }) => request.stan],
  ['rrn', ({ request }) => request.rrn],
  ['entry_method', ({ request }) => request.entryMode.method],
]

const accountColumns: SetColumns<AccountToWrite> = [
  ['shard', (row) => row.shard],
  ['account_id', (row) => row.accountId],
  ['posted_change', (row) => row.postedChange],
  ['held_change', (row) => row.heldChange],
  ['approvals', (row) => row.approvals],
]

const cardColumns: SetColumns<CardToWrite> = [
  ['shard', (row) => row.shard],
  ['pan_hash', (row) => row.panHash],
  ['pin_tries', (row) => row.pinTries],
  ['day', (row) => row.day],
  ['day_spent_minor', (row) => row.daySpentMinor],
  ['day_count', (row) => row.dayCount],
  ['month_spent_minor', (row) => row.monthSpentMinor],
]

const changedColumns: SetColumns<Authorization> = [
  ['shard', (row) => row.shard],
  ['payment_id', (row) => row.paymentId],
  ['state', (row) => row.state],
  ['refunded_minor', (row) => row.refundedMinor],
  ['completed_minor', (row) => row.completedMinor],
  ['hold_minor', (row) => row.holdMinor],
]

const caseColumns: SetColumns<CaseToWrite> = [
  ['shard', (row) => row.shard],
  // A payment opens one case at most, so the case has its number.
  ['case_id', (row) => row.paymentId],
  ['account_id', (row) => row.accountId],
  ['payment_id', (row) => row.paymentId],
  ['kind', (row) => row.kind],
  ['amount_minor', (row) => row.amountMinor],
  ['currency', (row) => row.currency],
  ['opened_at', (row) => row.openedAt],
]

interface Part {
  readonly name: string
  /** A common table expression whose rows are the parameter `$place`. */
  readonly text: (place: number) => string
  readonly parameter: (batch: BatchToWrite) => RowArray
  readonly isEmpty: (batch: BatchToWrite) => boolean
}

const parts: readonly Part[] = [
  {
    name: 'accounts',
    text: (place) => `written_account as (
    update issuer.account set
      posted_minor = account.posted_minor + input.posted_change,
      held_minor = account.held_minor + input.held_change,
      authorization_sequence = account.authorization_sequence + input.approvals
    from ${joinedSource('issuer.account_to_write', place)} as input
    where account.shard = input.shard and account.account_id = input.account_id
  )`,
    parameter: (batch) => setParameter(accountColumns, batch.accounts),
    isEmpty: (batch) => batch.accounts.length === 0,
  },
  {
    name: 'cards',
    text: (place) => `written_card as (
    update issuer.card set
      pin_tries = input.pin_tries, day = input.day, day_spent_minor = input.day_spent_minor, day_count = input.day_count,
      month_spent_minor = input.month_spent_minor
    from ${joinedSource('issuer.card_to_write', place)} as input
    where card.shard = input.shard and card.pan_hash = input.pan_hash
  )`,
    parameter: (batch) => setParameter(cardColumns, batch.cards),
    isEmpty: (batch) => batch.cards.length === 0,
  },
  {
    name: 'changed',
    text: (place) => `changed as (
    update issuer.authorization as earlier set
      state = input.state, refunded_minor = input.refunded_minor,
      completed_minor = input.completed_minor, hold_minor = input.hold_minor
    from ${joinedSource('issuer.authorization_to_change', place)} as input
    where earlier.shard = input.shard and earlier.payment_id = input.payment_id
  )`,
    parameter: (batch) => setParameter(changedColumns, batch.changed),
    isEmpty: (batch) => batch.changed.length === 0,
  },
  {
    name: 'transfers',
    text: (place) => `posted as (${transferInsert(place)})`,
    parameter: (batch) => transferParameter(batch.transfers),
    isEmpty: (batch) => batch.transfers.length === 0,
  },
  {
    name: 'cases',
    text: (place) => `opened_case as (
    insert into issuer.case (${columnNames(caseColumns)})
    select ${columnNames(caseColumns)} from ${setSource('issuer.case_to_write', place)}
  )`,
    parameter: (batch) => setParameter(caseColumns, batch.cases),
    isEmpty: (batch) => batch.cases.length === 0,
  },
]

interface Statement {
  readonly name: string
  readonly text: string
}

/** By the names of the parts they have. A part without rows is left out: starting it takes longer than writing a row. */
const statements = new Map<string, Statement>()

function statementOf(present: readonly Part[]): Statement {
  const key = ['issuer-write', ...present.map(({ name }) => name)].join('-')
  const known = statements.get(key)
  if (known) return known
  const texts = present.map((part, index) => part.text(2 + index))
  const effects = texts.length === 0 ? '' : `with ${texts.join(', ')}`
  const text = `${effects}
  insert into issuer.authorization (${columnNames(authorizationColumns)})
  select ${columnNames(authorizationColumns)} from ${setSource('issuer.authorization_to_write', 1)}`
  const statement = { name: key, text }
  statements.set(key, statement)
  return statement
}

export async function writeDecisions(tx: Transaction, batch: BatchToWrite): Promise<void> {
  const present = parts.filter((part) => !part.isEmpty(batch))
  const { name, text } = statementOf(present)
  const parameters = [
    setParameter(authorizationColumns, batch.authorizations),
    ...present.map((part) => part.parameter(batch)),
  ]
  await tx.query(text, parameters, name)
}
