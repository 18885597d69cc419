// The issuer's money rules as SQL that answers no rows while they hold: balances are the sums of their entries and never
// below zero (2), a reversal and its original are nothing (5), refunds and completions keep their bounds (7). The ledger's own
// rule (1) runs with them. Tests, chaos and the live check call this; it reads whole tables.

import { checkMoneyRules as checkLedgerRules, checkRules, type Violation } from '@shua/ledger-store'
import type { Queryable } from '@shua/postgres'

const entries = `(
  select shard, payment_id, credit_account as account, currency, amount_minor as change from ledger.transfer
  union all
  select shard, payment_id, debit_account, currency, -amount_minor from ledger.transfer
)`

const rules: readonly string[] = [
  `select 2 as rule, 'available balance is below zero' as what, account_id::text as subject,
     format('posted %s, held %s', posted_minor, held_minor) as detail
   from issuer.account where posted_minor < 0 or held_minor < 0 or posted_minor < held_minor`,

  `select 2 as rule, 'posted balance is not the sum of its entries' as what, coalesce(account.name, entry.account) as subject,
     format('posted %s, entries %s %s', account.posted_minor, entry.total, entry.currency) as detail
   from (select 'cardholder:' || account_id as name, currency, posted_minor from issuer.account) as account
   full join (
     select account, currency, sum(change) as total from ${entries} as entry
     where account like 'cardholder:%' group by account, currency
   ) as entry on entry.account = account.name and entry.currency = account.currency
   where coalesce(account.posted_minor, 0) <> coalesce(entry.total, 0)`,

  `select 2 as rule, 'held balance is not the sum of its holds' as what, account.account_id::text as subject,
     format('held %s, holds %s', account.held_minor, coalesce(hold.total, 0)) as detail
   from issuer.account
   left join (
     select shard, account_id, sum(hold_minor) as total from issuer.authorization
     where kind = 'preAuthorization' and state = 'approved' group by shard, account_id
   ) as hold on hold.shard = account.shard and hold.account_id = account.account_id
   where account.held_minor <> coalesce(hold.total, 0)`,

  `select 5 as rule, 'reversal and original are not nothing' as what, subject::text,
     format('%s has %s left', account, sum(change)) as detail
   from (
     select payment_id as subject, shard, payment_id from issuer.authorization where state = 'reversed'
     union all
     select original_payment_id, shard, payment_id from issuer.authorization where kind = 'reversal' and state = 'approved'
   ) as undone
   join ${entries} as entry using (shard, payment_id)
   where account like 'merchant:%'
   group by subject, account having sum(change) <> 0`,

  `select 5 as rule, 'reversed payment still stands' as what, original.payment_id::text as subject, original.state as detail
   from issuer.authorization as reversal
   join issuer.authorization as original
     on original.shard = reversal.shard and original.payment_id = reversal.original_payment_id
   where reversal.kind = 'reversal' and reversal.state = 'approved' and original.state <> 'reversed'`,

  `select 5 as rule, 'payment without approval has entries' as what, refused.payment_id::text as subject, refused.state as detail
   from issuer.authorization as refused
   join ledger.transfer on transfer.shard = refused.shard and transfer.payment_id = refused.payment_id
   where refused.state in ('declined', 'barred')`,

  `select 7 as rule, 'refunds are not what the payment counts' as what, payment.payment_id::text as subject,
     format('counts %s of %s, refunds %s', payment.refunded_minor, payment.amount_minor, coalesce(refund.total, 0)) as detail
   from issuer.authorization as payment
   left join (
     select shard, original_payment_id, sum(amount_minor) as total from issuer.authorization
     where kind = 'refund' and state = 'approved' group by shard, original_payment_id
   ) as refund on refund.shard = payment.shard and refund.original_payment_id = payment.payment_id
   where payment.refunded_minor <> coalesce(refund.total, 0) or coalesce(refund.total, 0) > payment.amount_minor`,

  `select 7 as rule, 'completions exceed the permitted share' as what, held.payment_id::text as subject,
     format('authorized %s, completed %s', held.amount_minor, sum(completion.amount_minor)) as detail
   from issuer.authorization as held
   join issuer.authorization as completion
     on completion.shard = held.shard and completion.original_payment_id = held.payment_id
   join issuer.account on account.shard = held.shard and account.account_id = held.account_id
   join issuer.programme on programme.programme_id = account.programme_id
   where completion.kind in ('completion', 'completionAdvice') and completion.state = 'approved'
   group by held.shard, held.payment_id, programme.completion_percent_max
   having sum(completion.amount_minor) * 100 > held.amount_minor * programme.completion_percent_max`,
]

export async function checkMoneyRules(queryable: Queryable): Promise<Violation[]> {
  return [...(await checkLedgerRules(queryable)), ...(await checkRules(queryable, rules))]
}
