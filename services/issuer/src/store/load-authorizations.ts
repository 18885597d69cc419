// Reads earlier authorizations: the originals a batch refers to, and the first answer to a payment that came twice.
// Called while the accounts are locked, in a statement of its own, so it sees whatever the last holder of the lock committed.

import type { Currency } from '@shua/money'
import { batchRows, type Queryable } from '@shua/postgres'
import type { DeclineReason } from '@shua/scheme'
import type { Authorization, AuthorizationState } from '../authorization/facts.ts'

export interface PaymentKey {
  readonly shard: number
  readonly paymentId: string
}

interface AuthorizationRow {
  position: bigint
  shard: number
  payment_id: string
  account_id: string
  pan_hash: Buffer
  kind: Authorization['kind']
  state: AuthorizationState
  reason: DeclineReason | null
  amount_minor: bigint
  currency: Currency
  approval_code: string | null
  original_payment_id: string | null
  refunded_minor: bigint
  completed_minor: bigint
  hold_minor: bigint
  hold_expires_at: Date | null
  released_minor: bigint
  business_date: string
  merchant_id: string
}

// A chain has three links at most: reversal → void of a completion → completion → pre-authorization.
const chainStatement = `
  with recursive chain as (
    select wanted.position, 0 as depth, found.*
    from ${batchRows(['$1::smallint[]', '$2::uuid[]'], { withOrdinality: true })} as wanted(shard, payment_id, position)
    join issuer.authorization found on found.shard = wanted.shard and found.payment_id = wanted.payment_id
    union all
    select chain.position, chain.depth + 1, found.*
    from chain
    cross join lateral (
      select * from issuer.authorization original
      where original.shard = chain.shard and original.payment_id = chain.original_payment_id limit 1
    ) as found
    where chain.depth < 2
  )
  select position, shard, payment_id, account_id, pan_hash, kind, state, reason, amount_minor, currency, approval_code,
    original_payment_id, refunded_minor, completed_minor, hold_minor, hold_expires_at, released_minor, business_date, merchant_id
  from chain order by position, depth`

/** By position in `wanted`: the authorization, its original, and that one's original. Absent when there is none. */
export async function loadChains(
  queryable: Queryable,
  wanted: readonly PaymentKey[],
): Promise<Map<number, Authorization[]>> {
  if (wanted.length === 0) return new Map()
  const parameters = [wanted.map(({ shard }) => shard), wanted.map(({ paymentId }) => paymentId)]
  const rows = await queryable.query<AuthorizationRow>(chainStatement, parameters, 'issuer-load-chains')
  const chains = new Map<number, Authorization[]>()
  for (const row of rows) {
    const position = Number(row.position) - 1
    const chain = chains.get(position) ?? []
    chain.push(authorizationOf(row))
    chains.set(position, chain)
  }
  return chains
}

const writtenStatement = `
  select found.payment_id
  from ${batchRows(['$1::smallint[]', '$2::uuid[]'])} as wanted(shard, payment_id)
  join issuer.authorization found on found.shard = wanted.shard and found.payment_id = wanted.payment_id`

/** Which of these payments were decided before, or are barred. */
export async function findWritten(queryable: Queryable, wanted: readonly PaymentKey[]): Promise<ReadonlySet<string>> {
  const parameters = [wanted.map(({ shard }) => shard), wanted.map(({ paymentId }) => paymentId)]
  const rows = await queryable.query<{ payment_id: string }>(writtenStatement, parameters, 'issuer-find-written')
  return new Set(rows.map((row) => row.payment_id))
}

function authorizationOf(row: AuthorizationRow): Authorization {
  return {
    shard: row.shard,
    paymentId: row.payment_id,
    accountId: row.account_id,
    panHash: row.pan_hash,
    kind: row.kind,
    state: row.state,
    reason: row.reason,
    amountMinor: row.amount_minor,
    currency: row.currency,
    approvalCode: row.approval_code,
    originalPaymentId: row.original_payment_id,
    refundedMinor: row.refunded_minor,
    completedMinor: row.completed_minor,
    holdMinor: row.hold_minor,
    holdExpiresAt: row.hold_expires_at,
    releasedMinor: row.released_minor,
    businessDate: row.business_date,
    merchantId: row.merchant_id,
  }
}
