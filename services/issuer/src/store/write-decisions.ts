// Writes the decisions of a batch in one statement: authorizations, balances, counters, what became of originals, entries and
// cases. The caller holds the locks of the accounts and knows that none of the payments is there; were one there all the same,
// its primary key would stop the whole statement.

import { transferInsert, transferParameterCount, transferParameters } from '@shua/ledger-store'
import type { Transfer } from '@shua/ledger'
import type { PaymentRequest } from '@shua/scheme'
import type { Transaction } from '@shua/postgres'
import type { Authorization, Card } from '../authorization/facts.ts'
import type { CaseKind } from '../authorization/decision.ts'
import { columnNames, joinedSource, setParameters, setSource, type SetColumns } from './set-of-rows.ts'

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
  ['posted_change', 'bigint', (row) => row.postedChange],
  ['held_change', 'bigint', (row) => row.heldChange],
  ['approvals', 'smallint', (row) => row.approvals],
]

const cardColumns: SetColumns<CardToWrite> = [
  ['shard', 'smallint', (row) => row.shard],
  ['pan_hash', 'bytea', (row) => row.panHash],
  ['pin_tries', 'smallint', (row) => row.pinTries],
  ['day', 'date', (row) => row.day],
  ['day_spent_minor', 'bigint', (row) => row.daySpentMinor],
  ['day_count', 'integer', (row) => row.dayCount],
  ['month_spent_minor', 'bigint', (row) => row.monthSpentMinor],
]

const changedColumns: SetColumns<Authorization> = [
  ['shard', 'smallint', (row) => row.shard],
  ['payment_id', 'uuid', (row) => row.paymentId],
  ['state', 'text', (row) => row.state],
  ['refunded_minor', 'bigint', (row) => row.refundedMinor],
  ['completed_minor', 'bigint', (row) => row.completedMinor],
  ['hold_minor', 'bigint', (row) => row.holdMinor],
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

interface Part {
  readonly name: string
  /** A common table expression whose parameters begin at `$first`. */
  readonly text: (first: number) => string
  readonly parameterCount: number
  readonly parameters: (batch: BatchToWrite) => readonly unknown[]
  readonly isEmpty: (batch: BatchToWrite) => boolean
}

const parts: readonly Part[] = [
  {
    name: 'accounts',
    text: (first) => `written_account as (
    update issuer.account set
      posted_minor = account.posted_minor + input.posted_change,
      held_minor = account.held_minor + input.held_change,
      authorization_sequence = account.authorization_sequence + input.approvals
    from ${joinedSource('input', accountColumns, first)}
    where account.shard = input.shard and account.account_id = input.account_id
  )`,
    parameterCount: accountColumns.length,
    parameters: (batch) => setParameters(accountColumns, batch.accounts),
    isEmpty: (batch) => batch.accounts.length === 0,
  },
  {
    name: 'cards',
    text: (first) => `written_card as (
    update issuer.card set
      pin_tries = input.pin_tries, day = input.day, day_spent_minor = input.day_spent_minor, day_count = input.day_count,
      month_spent_minor = input.month_spent_minor
    from ${joinedSource('input', cardColumns, first)}
    where card.shard = input.shard and card.pan_hash = input.pan_hash
  )`,
    parameterCount: cardColumns.length,
    parameters: (batch) => setParameters(cardColumns, batch.cards),
    isEmpty: (batch) => batch.cards.length === 0,
  },
  {
    name: 'changed',
    text: (first) => `changed as (
    update issuer.authorization as earlier set
      state = input.state, refunded_minor = input.refunded_minor,
      completed_minor = input.completed_minor, hold_minor = input.hold_minor
    from ${joinedSource('input', changedColumns, first)}
    where earlier.shard = input.shard and earlier.payment_id = input.payment_id
  )`,
    parameterCount: changedColumns.length,
    parameters: (batch) => setParameters(changedColumns, batch.changed),
    isEmpty: (batch) => batch.changed.length === 0,
  },
  {
    name: 'transfers',
    text: (first) => `posted as (${transferInsert(first)})`,
    parameterCount: transferParameterCount,
    parameters: (batch) => transferParameters(batch.transfers),
    isEmpty: (batch) => batch.transfers.length === 0,
  },
  {
    name: 'cases',
    text: (first) => `opened_case as (
    insert into issuer.case (${columnNames(caseColumns)})
    select ${columnNames(caseColumns)} from ${setSource('input', caseColumns, first)}
  )`,
    parameterCount: caseColumns.length,
    parameters: (batch) => setParameters(caseColumns, batch.cases),
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
  let first = 1 + authorizationColumns.length
  const texts = present.map((part) => {
    const text = part.text(first)
    first += part.parameterCount
    return text
  })
  const effects = texts.length === 0 ? '' : `with ${texts.join(', ')}`
  const text = `${effects}
  insert into issuer.authorization (${columnNames(authorizationColumns)})
  select ${columnNames(authorizationColumns)} from ${setSource('input', authorizationColumns, 1)}`
  const statement = { name: key, text }
  statements.set(key, statement)
  return statement
}

export async function writeDecisions(tx: Transaction, batch: BatchToWrite): Promise<void> {
  const present = parts.filter((part) => !part.isEmpty(batch))
  const { name, text } = statementOf(present)
  const parameters = [
    ...setParameters(authorizationColumns, batch.authorizations),
    ...present.flatMap((part) => part.parameters(batch)),
  ]
  await tx.query(text, parameters, name)
}
