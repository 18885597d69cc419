-- The ledger: one immutable row per movement of money, balanced by construction because a row has both sides
-- (docs/decisions/0004-transfers-and-shards.md).

-- Reference data: which accounts exist, in which currencies, and on which side they normally stand. Balances are not kept
-- here: hot accounts (merchants, custody) are only ever appended to, their balances are sums.
create table ledger.account (
  account_id text not null
    constraint account_name check (account_id ~ '^(cardholder|merchant|custody|receivable):[A-Za-z0-9_-]{1,64}$'),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  kind text not null generated always as (split_part(account_id, ':', 1)) stored,
  normal_side text not null check (normal_side in ('credit', 'debit')),
  opened_at timestamptz not null,
  primary key (account_id, currency)
);

create table ledger.transfer (
  shard smallint not null check (shard between 0 and 63),
  transfer_id uuid not null,
  payment_id uuid not null,
  debit_account text not null,
  credit_account text not null,
  amount_minor bigint not null constraint amount_positive check (amount_minor > 0),
  currency text not null,
  kind text not null,
  business_date date not null,
  created_at timestamptz not null,
  primary key (shard, transfer_id),
  constraint two_accounts check (debit_account <> credit_account)
);

-- The entries of a payment. Without the shard, because who asks (the X-ray) knows only the payment.
create index transfer_payment on ledger.transfer (payment_id);
-- Days are appended in order, so a few kilobytes find a day among millions of rows.
create index transfer_business_date on ledger.transfer using brin (business_date);

create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'ledger entries are never changed or removed; post a transfer the other way'
    using errcode = 'integrity_constraint_violation', schema = tg_table_schema, table = tg_table_name;
end
$$;

create trigger transfer_is_immutable before update or delete or truncate on ledger.transfer
  for each statement execute function ledger.refuse_change();
