-- Transfers come as one array of this type (packages/postgres, RowArray).
create type ledger.transfer_to_write as (
  shard smallint,
  transfer_id uuid,
  payment_id uuid,
  debit_account text,
  credit_account text,
  amount_minor bigint,
  currency text,
  kind text,
  business_date date,
  created_at timestamptz
);
