// One slice of one shard as one statement. Every payment in a range of ids that is not cleared yet becomes an item, every cleared
// one that was reversed since gets the opposite item, the sums grow by both, and what the ledger says about the same payments is
// laid beside it. One statement has one view of the database: journal, authorization and ledger share their commits, so the
// comparison is exact while payments go on, and the slice happens as a whole or not at all. The journal is read without a lock.
//
// Parameters: $1 shard, $2 business date, $3 and $4 the range of ids, $5 sequence of the run, $6 now.

import type { Transaction } from '@shua/postgres'
import type { ClearingSource } from '@shua/scheme'

/** The range stands at the items too, so that no plan reads those of other days. */
const known = `select * from settlement.item where shard = $1 and payment_id > $3 and payment_id <= $4`

/**
 * The opposite item repeats what the first one said, whatever became of the terminal since. A payment that was reversed before
 * it was ever cleared needs no item at all.
 */
const fresh = `
  insert into settlement.item
    (shard, payment_id, leg, sequence, business_date, merchant_minor, merchant_id, shop_id, issuer_id, line, currency)
  select $1::smallint, payment_id, 1, $5::smallint, $2::date, merchant_minor, merchant_id, shop_id, issuer_id, line, currency
    from journal
   where not reversed and not exists (select from known where known.payment_id = journal.payment_id)
  union all
  select $1::smallint, known.payment_id, 2, $5::smallint, $2::date, -known.merchant_minor, known.merchant_id, known.shop_id,
         known.issuer_id, 'reversal', known.currency
    from journal join known on known.payment_id = journal.payment_id and known.leg = 1
   where journal.reversed
     and not exists (select from known back where back.payment_id = journal.payment_id and back.leg = 2)
  returning merchant_id, shop_id, issuer_id, line, currency, merchant_minor`

const summed = `
  insert into settlement.part as part
    (shard, business_date, sequence, merchant_id, shop_id, issuer_id, line, currency, items, debit_minor, credit_minor)
  select $1::smallint, $2::date, $5::smallint, merchant_id, shop_id, issuer_id, line, currency, count(*),
         sum(greatest(-merchant_minor, 0)), sum(greatest(merchant_minor, 0))
    from fresh group by merchant_id, shop_id, issuer_id, line, currency
  on conflict (shard, business_date, sequence, merchant_id, shop_id, issuer_id, line, currency) do update
    set items = part.items + excluded.items, debit_minor = part.debit_minor + excluded.debit_minor,
        credit_minor = part.credit_minor + excluded.credit_minor
  returning 1`

/** What each payment must have moved on its merchant's account once everything of it is cleared. */
const due = `
  select journal.payment_id, journal.merchant_id, journal.currency,
         case when reversed then 0 else coalesce(known.merchant_minor, journal.merchant_minor) end as minor
    from journal left join known on known.payment_id = journal.payment_id and known.leg = 1`

const paymentKinds = `t.kind in ('purchase', 'void', 'refund', 'completion', 'completionAdvice', 'completionVoid')`
const reversalKinds = `t.kind in ('reversal', 'shortfall')`
const transferColumns = `t.debit_account, t.credit_account, t.amount_minor, t.currency,
  t.credit_account like 'merchant:%' as gains`

/**
 * What the ledger says it moved. A reversal's entries stand there under its own id and count to the payment it undid; those of a
 * reversal that nobody made count to itself and so come out as a difference. Loads, fees and payouts are no part of clearing.
 * A card payment has a merchant on one side only, so each transfer is one movement of one merchant's account.
 */
function posted(source: ClearingSource<Transaction>): string {
  return `
    select payment_id, substr(account, 10) as merchant_id, currency, sum(minor)::bigint as minor
      from (
        select payment_id, currency, case when gains then credit_account else debit_account end as account,
               case when gains then amount_minor else -amount_minor end as minor
          from (
            select t.payment_id, ${transferColumns} from ledger.transfer t
             where t.shard = $1 and t.transfer_id > $3 and t.transfer_id <= $4 and t.business_date = $2
               and (${paymentKinds} or ${reversalKinds} and not exists (
                 select from (${source.reversalsMade}) as made where made.reversal_payment_id = t.payment_id))
            union all
            select undone.payment_id, ${transferColumns} from (${source.reversals}) as undone
              join ledger.transfer t on t.payment_id = undone.reversal_payment_id
             where t.shard = $1 and ${reversalKinds}
          ) as moved
         where gains or debit_account like 'merchant:%'
      ) as entry
     group by payment_id, account, currency`
}

/** Payment by payment, because two wrong ones can be right in sum. */
const found = `
  insert into settlement.case as known
    (shard, business_date, payment_id, merchant_id, currency, sequence, difference, journal_minor, ledger_minor, opened_at)
  select $1::smallint, $2::date, payment_id, merchant_id, currency, $5::smallint,
         case when posted.minor is null then 'notInLedger' when due.minor is null then 'notInJournal' else 'amountDiffers' end,
         coalesce(due.minor, 0), coalesce(posted.minor, 0), $6::timestamptz
    from due full join posted using (payment_id, merchant_id, currency)
   where coalesce(due.minor, 0) <> coalesce(posted.minor, 0)
  on conflict (shard, business_date, payment_id, merchant_id, currency) do update
    set journal_minor = excluded.journal_minor, ledger_minor = excluded.ledger_minor, difference = excluded.difference
    where (known.journal_minor, known.ledger_minor) <> (excluded.journal_minor, excluded.ledger_minor)
  returning 1`

/** Answers one row: how many items were made, and how many cases opened or changed. */
export function sliceStatement(source: ClearingSource<Transaction>): string {
  return `
    with journal as materialized (${source.payments}),
    known as materialized (${known}),
    fresh as (${fresh}),
    summed as (${summed}),
    due as (${due}),
    posted as (${posted(source)}),
    found as (${found})
    select (select count(*) from fresh)::int as items, (select count(*) from found)::int as cases,
           (select count(*) from summed)::int as sums`
}
