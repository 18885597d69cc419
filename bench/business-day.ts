// A finished business day for the clearing benchmark: so many card payments with everything that belongs to each – the acquirer's
// journal row, the issuer's authorization, the ledger's transfers – spread over the cards and terminals of a load network.
// Written by a few statements instead of a million requests; checkMoneyRules tells afterwards that the books are right.

import type { Database } from '@shua/postgres'

export interface BusinessDay {
  readonly businessDate: string
  /** How many payments clearing will find; reversed and declined ones come on top. */
  readonly payments: number
}

/**
 * Of a hundred payments one is voided, one is the void, one is partly refunded, one is the refund; pairs share card, amount and
 * terminal. One in a hundred is reversed and two are declined, beyond the number.
 */
export async function prepareBusinessDay(database: Database, { businessDate, payments }: BusinessDay): Promise<void> {
  await database.query(`create schema bench`)
  await database.query(cards)
  await database.query(terminals)
  await database.query(`create function bench.id(at_ms bigint, salt text) returns uuid immutable language sql as $$
    select (lpad(to_hex(at_ms), 12, '0') || '7' || substr(md5(salt), 1, 3) || '8' || substr(md5(salt), 4, 14) || '0')::uuid $$`)
  await database.query(paymentRows, [businessDate, payments])
  for (const statement of [journal, authorizations, transfers, reversals, accounts, balances])
    await database.query(statement)
  await database.query('drop schema bench cascade')
  // As the server's own vacuum would have done in the course of the day.
  const tables = ['acquirer.payment', 'acquirer.reversal', 'issuer.authorization', 'issuer.account', 'ledger.transfer']
  for (const table of tables) await database.query(`vacuum (analyze) ${table}`)
  await database.query('checkpoint')
}

const cards = `
  create unlogged table bench.card as
  select row_number() over (order by c.pan_hash) - 1 as n, c.shard, c.pan_hash, c.masked_pan, c.sealed_pan, c.account_id
    from issuer.card c join issuer.account a using (shard, account_id) where a.posted_minor > 0`

const terminals = `
  create unlogged table bench.terminal as
  select row_number() over (order by terminal_id) - 1 as n, terminal_id, merchant_id from acquirer.terminal where terminal_id like '2%'`

/** $1 business date, $2 payments that settle. */
const paymentRows = `
  create unlogged table bench.payment as
  with day as (select (extract(epoch from ($1::date::timestamp at time zone 'Asia/Shanghai')) * 1000)::bigint as start_ms),
  counts as (select (select count(*) from bench.card) as cards, (select count(*) from bench.terminal) as terminals),
  row as (
    select i, (i / 2)::bigint as pair, i % 100 as place, i >= $2::int as beyond, i % 3 = 0 as undone,
           start_ms + (i::bigint * 86000000) / ($2::int + $2::int / 100 * 3) as at_ms, cards, terminals
      from day, counts, generate_series(0, $2::int + $2::int / 100 * 3 - 1) as i
  )
  select row.i, bench.id(at_ms, i::text) as payment_id, to_timestamp(at_ms / 1000.0) as at, $1::date as business_date,
         case when beyond or place not in (95, 97) then 'purchase' when place = 95 then 'void' else 'refund' end as kind,
         case when not beyond and place = 94 then 'voided' when not beyond then 'approved' when undone then 'reversed'
              else 'declined' end as state,
         (100 + (pair * 37) % 50000) / (case when not beyond and place = 97 then 2 else 1 end) as amount_minor,
         case when not beyond and place = 96 then (100 + (pair * 37) % 50000) / 2 else 0 end as refunded_minor,
         bench.id(at_ms + 3000, 'reversal ' || i) as reversal_id, to_timestamp((at_ms + 3000) / 1000.0) as reversed_at,
         500000 + (pair / terminals)::int / 400000 as batch_number,
         ((pair / terminals) % 400000)::int * 2 + i % 2 + 1 as stan,
         lpad((i % 1000000000000)::text, 12, '0') as rrn,
         card.shard, card.pan_hash, card.masked_pan, card.sealed_pan, card.account_id, terminal.terminal_id, terminal.merchant_id
    from row
    join bench.card on card.n = (row.pair * 7919) % row.cards
    join bench.terminal on terminal.n = row.pair % row.terminals
   order by i`

/** The original of every void and refund is the payment before it. */
const withOriginal = `
  from bench.payment p left join bench.payment original on original.i = p.i - 1 and p.kind in ('void', 'refund') order by p.i`

const journal = `
  insert into acquirer.payment (shard, payment_id, terminal_id, merchant_id, batch_number, stan, kind, state, amount_minor,
         currency, pan_hash, masked_pan, sealed_pan, entry_mode, operator, rrn, approval_code, response_code, reason, issuer_id,
         original_payment_id, refunded_minor, business_date, received_at)
  select p.shard, p.payment_id, p.terminal_id, p.merchant_id, p.batch_number, p.stan, p.kind, p.state, p.amount_minor, 'CNY',
         p.pan_hash, p.masked_pan, p.sealed_pan, '021', '01', p.rrn,
         case when p.state <> 'declined' then lpad((p.i % 1000000)::text, 6, '0') end,
         case when p.state = 'declined' then '51' else '00' end,
         case when p.state = 'declined' then 'insufficientFunds' end,
         case when p.state <> 'declined' then '01020000' end,
         original.payment_id, p.refunded_minor, p.business_date, p.at ${withOriginal}`

const authorizations = `
  insert into issuer.authorization (shard, payment_id, account_id, pan_hash, kind, state, reason, amount_minor, currency,
         approval_code, original_payment_id, refunded_minor, business_date, requested_at, merchant_id, terminal_id, batch_number,
         stan, rrn, entry_method)
  select shard, payment_id, account_id, pan_hash, kind, state, reason, amount_minor, 'CNY', approval_code, original_payment_id,
         refunded_minor, business_date, requested_at, merchant_id, terminal_id, lpad(batch_number::text, 6, '0'),
         lpad(stan::text, 6, '0'), rrn, 'magneticStripe'
    from (
      select p.*, case when p.state = 'declined' then 'insufficientFunds' end as reason,
             case when p.state <> 'declined' then lpad((p.i % 1000000)::text, 6, '0') end as approval_code,
             original.payment_id as original_payment_id, p.at as requested_at ${withOriginal}
    ) as payment
  union all
  select shard, reversal_id, account_id, pan_hash, 'reversal', 'approved', null, amount_minor, 'CNY',
         lpad((i % 1000000)::text, 6, '0'), payment_id, 0, business_date, reversed_at, merchant_id, terminal_id,
         lpad(batch_number::text, 6, '0'), lpad(stan::text, 6, '0'), rrn, 'magneticStripe'
    from bench.payment where state = 'reversed'`

const transfers = `
  insert into ledger.transfer (shard, transfer_id, payment_id, debit_account, credit_account, amount_minor, currency, kind,
         business_date, created_at)
  select shard, payment_id, payment_id,
         case when kind = 'purchase' then 'cardholder:' || account_id else 'merchant:' || merchant_id end,
         case when kind = 'purchase' then 'merchant:' || merchant_id else 'cardholder:' || account_id end,
         amount_minor, 'CNY', kind, business_date, at
    from bench.payment where state <> 'declined'
  union all
  select shard, reversal_id, reversal_id, 'merchant:' || merchant_id, 'cardholder:' || account_id, amount_minor, 'CNY', 'reversal',
         business_date, reversed_at
    from bench.payment where state = 'reversed'`

const reversals = `
  insert into acquirer.reversal (terminal_id, batch_number, stan, reason, amount_minor, outcome, response_code, payment_id,
         reversal_payment_id, rrn, first_at, last_at)
  select terminal_id, batch_number, stan, '98', amount_minor, 'reversed', '00', payment_id, reversal_id, rrn, reversed_at, reversed_at
    from bench.payment where state = 'reversed'`

const accounts = `
  insert into ledger.account (account_id, currency, normal_side, opened_at)
  select distinct 'merchant:' || merchant_id, 'CNY', 'credit', now() from bench.terminal on conflict do nothing`

const balances = `
  update issuer.account a set posted_minor = posted_minor + moved.minor
    from (select shard, account_id,
                 sum(case when state in ('declined', 'reversed') then 0 when kind = 'purchase' then -amount_minor
                          else amount_minor end) as minor
            from bench.payment group by shard, account_id) as moved
   where a.shard = moved.shard and a.account_id = moved.account_id`
