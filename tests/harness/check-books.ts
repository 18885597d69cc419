// Money rule 6 across the roles: what the acquirer's journal says every merchant has earned is what the ledger says, and every
// approval of one role is an approval of the other.

import type { Database } from '@shua/postgres'

const comparisons = [
  `with journal as (
     select merchant_id, sum(case when kind in ('purchase', 'completion', 'completionAdvice') then amount_minor
                                  when kind in ('void', 'refund', 'completionVoid') then -amount_minor else 0 end) as minor
       from acquirer.payment where state in ('approved', 'voided', 'completed') group by merchant_id
   ), ledger as (
     select account, sum(change) as minor
       from (select credit_account as account, amount_minor as change from ledger.transfer
             union all select debit_account, -amount_minor from ledger.transfer) as entry
      where account like 'merchant:%' group by account
   )
   select coalesce('merchant:' || journal.merchant_id, ledger.account) as subject,
          format('journal %s, ledger %s', journal.minor, ledger.minor) as detail
     from journal full join ledger on ledger.account = 'merchant:' || journal.merchant_id
    where coalesce(journal.minor, 0) <> coalesce(ledger.minor, 0)`,

  `select p.payment_id::text as subject, format('acquirer %s, issuer %s', p.state, coalesce(a.state, 'none')) as detail
     from acquirer.payment p left join issuer.authorization a on a.shard = p.shard and a.payment_id = p.payment_id
    where (p.state in ('approved', 'voided', 'completed')) <> coalesce(a.state in ('approved', 'voided', 'completed', 'refunded', 'expired'), false)`,
]

export async function checkBooks(database: Database): Promise<{ subject: string; detail: string }[]> {
  const differences = await Promise.all(
    comparisons.map((text) => database.query<{ subject: string; detail: string }>(text)),
  )
  return differences.flat()
}
