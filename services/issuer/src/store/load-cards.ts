// Loads and locks what a batch of requests needs: card and account of each in one statement, and their programmes, which are
// remembered.

import { assert } from '@shua/assert'
import type { Currency } from '@shua/money'
import { batchRows, type Transaction } from '@shua/postgres'
import type { Account, Card, CardState, Programme } from '../authorization/facts.ts'
import { loadProgrammes, type ProgrammeCache } from './load-programmes.ts'

export interface LoadedCard {
  readonly card: Card
  readonly account: Account
  readonly programme: Programme
}

interface CardRow {
  position: bigint
  shard: number
  pan_hash: Buffer
  account_id: string
  state: CardState
  expiry: string
  service_code: string
  chip: boolean
  requires_pin: boolean
  pin_offset: string | null
  pin_tries: number
  single_limit_minor: bigint | null
  daily_limit_minor: bigint | null
  daily_count_max: number | null
  monthly_limit_minor: bigint | null
  day: string | null
  day_spent_minor: bigint
  day_count: number
  month_spent_minor: bigint
  currency: Currency
  status: Account['status']
  posted_minor: bigint
  held_minor: bigint
  authorization_sequence: bigint
  programme_id: string
  programme_version: bigint
}

// Rows are locked in the order of accounts, so two batches never wait for each other in a circle. The card is locked with its
// account although the account alone would serialize: after waiting for a lock only locked rows are read afresh, and stale
// PIN tries or counters would be written back.
const statement = `
  select wanted.position, card.shard, card.pan_hash, card.account_id, card.state, card.expiry, card.service_code, card.chip,
    card.requires_pin, card.pin_offset, card.pin_tries,
    coalesce(card.single_limit_minor, programme.single_limit_minor) as single_limit_minor,
    coalesce(card.daily_limit_minor, programme.daily_limit_minor) as daily_limit_minor,
    coalesce(card.daily_count_max, programme.daily_count_max) as daily_count_max,
    coalesce(card.monthly_limit_minor, programme.monthly_limit_minor) as monthly_limit_minor,
    card.day, card.day_spent_minor, card.day_count, card.month_spent_minor,
    account.currency, account.status, account.posted_minor, account.held_minor, account.authorization_sequence,
    programme.programme_id, programme.version as programme_version
  from ${batchRows(['$1::smallint[]', '$2::bytea[]'], { withOrdinality: true })} as wanted(shard, pan_hash, position)
  join issuer.card on card.shard = wanted.shard and card.pan_hash = wanted.pan_hash
  join issuer.account on account.shard = card.shard and account.account_id = card.account_id
  join issuer.programme on programme.programme_id = account.programme_id
  order by account.shard, account.account_id, card.pan_hash, wanted.position
  for no key update of account, card`

/** Answers by position in `wanted`; a card that does not exist is absent. The locks are held until the transaction ends. */
export async function loadCards(
  tx: Transaction,
  wanted: readonly { readonly shard: number; readonly panHash: Buffer }[],
  cache: ProgrammeCache,
): Promise<Map<number, LoadedCard>> {
  const parameters = [wanted.map(({ shard }) => shard), wanted.map(({ panHash }) => panHash)]
  const rows = await tx.query<CardRow>(statement, parameters, 'issuer-load-cards')
  const versions = rows.map((row) => ({ programmeId: row.programme_id, version: row.programme_version }))
  const programmes = await loadProgrammes(tx, cache, versions)
  const cards = new Map<number, LoadedCard>()
  for (const row of rows) {
    const programme = programmes.get(row.programme_id)
    assert(programme, 'a card has its programme')
    cards.set(Number(row.position) - 1, { card: cardOf(row), account: accountOf(row), programme })
  }
  return cards
}

function cardOf(row: CardRow): Card {
  return {
    shard: row.shard,
    panHash: row.pan_hash,
    accountId: row.account_id,
    state: row.state,
    expiry: row.expiry,
    serviceCode: row.service_code,
    chip: row.chip,
    requiresPin: row.requires_pin,
    pinOffset: row.pin_offset,
    pinTries: row.pin_tries,
    singleLimitMinor: row.single_limit_minor,
    dailyLimitMinor: row.daily_limit_minor,
    dailyCountMax: row.daily_count_max,
    monthlyLimitMinor: row.monthly_limit_minor,
    day: row.day,
    daySpentMinor: row.day_spent_minor,
    dayCount: row.day_count,
    monthSpentMinor: row.month_spent_minor,
  }
}

function accountOf(row: CardRow): Account {
  return {
    shard: row.shard,
    accountId: row.account_id,
    currency: row.currency,
    status: row.status,
    postedMinor: row.posted_minor,
    heldMinor: row.held_minor,
    authorizationSequence: row.authorization_sequence,
  }
}
