// What an operator does to a card: change its state (which puts it on the issuer's stop list or takes it off), unlock its
// PIN, look at it. The card is named by its number; nothing here answers the number.

import { Fault } from '@shua/assert'
import type { Sensitive } from '@shua/card-data'
import { money, type Currency, type Money } from '@shua/money'
import type { Queryable } from '@shua/postgres'
import type { Account, CardState } from '../authorization/facts.ts'
import { cardKeyOf, type IssuerContext } from '../authorization/issuer-context.ts'

export interface CardOverview {
  readonly shard: number
  readonly accountId: string
  readonly programmeId: string
  readonly maskedPan: string
  readonly holderName: string | null
  readonly state: CardState
  readonly pinTries: number
  readonly accountStatus: Account['status']
  readonly posted: Money
  readonly held: Money
  readonly available: Money
}

interface OverviewRow {
  account_id: string
  programme_id: string
  masked_pan: string
  holder_name: string | null
  state: CardState
  pin_tries: number
  status: Account['status']
  currency: Currency
  posted_minor: bigint
  held_minor: bigint
}

export async function findCard(
  context: IssuerContext,
  queryable: Queryable,
  pan: Sensitive<string>,
): Promise<CardOverview | undefined> {
  const { shard, panHash } = cardKeyOf(context, pan)
  const [row] = await queryable.query<OverviewRow>(
    `select card.account_id, account.programme_id, card.masked_pan, card.holder_name, card.state, card.pin_tries,
       account.status, account.currency, account.posted_minor, account.held_minor
     from issuer.card join issuer.account on account.shard = card.shard and account.account_id = card.account_id
     where card.shard = $1 and card.pan_hash = $2`,
    [shard, panHash],
  )
  return row && overviewOf(shard, row)
}

function overviewOf(shard: number, row: OverviewRow): CardOverview {
  return {
    shard,
    accountId: row.account_id,
    programmeId: row.programme_id,
    maskedPan: row.masked_pan,
    holderName: row.holder_name,
    state: row.state,
    pinTries: row.pin_tries,
    accountStatus: row.status,
    posted: money(row.posted_minor, row.currency),
    held: money(row.held_minor, row.currency),
    available: money(row.posted_minor - row.held_minor, row.currency),
  }
}

/** Fault ISSUER_CARD_UNKNOWN. */
export async function setCardState(
  context: IssuerContext,
  queryable: Queryable,
  o: { readonly pan: Sensitive<string>; readonly state: CardState; readonly at: Date },
): Promise<void> {
  const { shard, panHash } = cardKeyOf(context, o.pan)
  const rows = await queryable.query(
    `update issuer.card set state = $3, state_changed_at = $4 where shard = $1 and pan_hash = $2 returning shard`,
    [shard, panHash, o.state, o.at],
  )
  if (rows.length === 0) throw cardUnknownFault()
}

/** Wrong tries are forgotten. Fault ISSUER_CARD_UNKNOWN. */
export async function unlockPin(context: IssuerContext, queryable: Queryable, pan: Sensitive<string>): Promise<void> {
  const { shard, panHash } = cardKeyOf(context, pan)
  const rows = await queryable.query(
    'update issuer.card set pin_tries = 0 where shard = $1 and pan_hash = $2 returning shard',
    [shard, panHash],
  )
  if (rows.length === 0) throw cardUnknownFault()
}

function cardUnknownFault(): Fault {
  return new Fault('ISSUER_CARD_UNKNOWN', 'the issuer has no such card')
}
