// The job that releases holds nobody completed in time. It works in batches beside the payments: accounts that a payment has
// locked are passed over and come with the next call.

import type { Transaction } from '@shua/postgres'

const statement = `
  with due as (
    select held.shard, held.payment_id, held.account_id, held.hold_minor
    from issuer.authorization held
    join issuer.account on account.shard = held.shard and account.account_id = held.account_id
    where held.kind = 'preAuthorization' and held.state = 'approved' and held.hold_expires_at <= $1
    order by held.hold_expires_at, held.shard, held.account_id
    limit $2
    for no key update of account, held skip locked
  ), expired as (
    update issuer.authorization as held set state = 'expired', hold_minor = 0
    from due where held.shard = due.shard and held.payment_id = due.payment_id
  ), released as (
    update issuer.account set held_minor = account.held_minor - freed.minor
    from (select shard, account_id, sum(hold_minor)::bigint as minor from due group by shard, account_id) as freed
    where account.shard = freed.shard and account.account_id = freed.account_id
  )
  select count(*)::integer as count from due`

/** Releases up to `limit` holds that are due at `now`; answers how many. Call again while it answers `limit`. */
export async function expireHolds(tx: Transaction, o: { readonly now: Date; readonly limit: number }): Promise<number> {
  const [row] = await tx.query<{ count: number }>(statement, [o.now, o.limit], 'issuer-expire-holds')
  return row?.count ?? 0
}
