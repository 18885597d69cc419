// The SQL of ledger.account: which accounts exist, and what their entries sum up to. Roles open the accounts they post to.

import { accountKindOf, accountKinds, type AccountBalance, type LedgerAccount, type OpenedAccount } from '@shua/ledger'
import type { Currency } from '@shua/money'
import type { Queryable } from '@shua/postgres'

/** Opens accounts that are not open yet; answers those that were opened now. */
export async function openAccounts(
  queryable: Queryable,
  accounts: readonly OpenedAccount[],
  openedAt: Date,
): Promise<OpenedAccount[]> {
  if (accounts.length === 0) return []
  // In the order of their names, so that two transactions which open the same accounts cannot wait for each other.
  return await queryable.query<OpenedAccount>(
    `insert into ledger.account (account_id, currency, normal_side, opened_at)
     select distinct account_id, currency, normal_side, $4::timestamptz
     from unnest($1::text[], $2::text[], $3::text[]) as opened(account_id, currency, normal_side)
     order by account_id, currency
     on conflict (account_id, currency) do nothing
     returning account_id as account, currency`,
    [
      accounts.map(({ account }) => account),
      accounts.map(({ currency }) => currency),
      accounts.map(({ account }) => accountKinds[accountKindOf(account)].normalSide),
      openedAt,
    ],
    'ledger-open-accounts',
  )
}

/** Credits minus debits of every currency the accounts hold entries in; an account without entries is absent. */
export async function readBalances(
  queryable: Queryable,
  accounts: readonly LedgerAccount[],
): Promise<AccountBalance[]> {
  const rows = await queryable.query<{ account: LedgerAccount; currency: Currency; balance: string }>(
    `select account, currency, sum(change)::text as balance from (
       select credit_account as account, currency, amount_minor as change
       from ledger.transfer where credit_account = any($1::text[])
       union all
       select debit_account, currency, -amount_minor from ledger.transfer where debit_account = any($1::text[])
     ) as entry
     group by account, currency order by account, currency`,
    [accounts],
    'ledger-read-balances',
  )
  // A sum of bigints is numeric in SQL; as text it becomes a bigint without passing through a float.
  return rows.map(({ account, currency, balance }) => ({ account, currency, balanceMinor: BigInt(balance) }))
}
