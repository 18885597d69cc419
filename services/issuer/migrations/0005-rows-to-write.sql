-- What is written in sets comes as one array of one of these types (packages/postgres, RowArray).

create type issuer.authorization_to_write as (
  shard smallint,
  payment_id uuid,
  account_id uuid,
  pan_hash bytea,
  kind text,
  state text,
  reason text,
  amount_minor bigint,
  currency text,
  approval_code text,
  original_payment_id uuid,
  hold_minor bigint,
  hold_expires_at timestamptz,
  released_minor bigint,
  business_date date,
  requested_at timestamptz,
  merchant_id text,
  terminal_id text,
  batch_number text,
  stan text,
  rrn text,
  entry_method text
);

-- What a decision adds to an account.
create type issuer.account_to_write as (
  shard smallint,
  account_id uuid,
  posted_change bigint,
  held_change bigint,
  approvals smallint
);

-- A card's counters after a decision.
create type issuer.card_to_write as (
  shard smallint,
  pan_hash bytea,
  pin_tries smallint,
  day date,
  day_spent_minor bigint,
  day_count integer,
  month_spent_minor bigint
);

-- What became of an earlier authorization.
create type issuer.authorization_to_change as (
  shard smallint,
  payment_id uuid,
  state text,
  refunded_minor bigint,
  completed_minor bigint,
  hold_minor bigint
);

create type issuer.case_to_write as (
  shard smallint,
  case_id uuid,
  account_id uuid,
  payment_id uuid,
  kind text,
  amount_minor bigint,
  currency text,
  opened_at timestamptz
);

create type issuer.account_to_insert as (
  shard smallint,
  account_id uuid,
  programme_id text,
  currency text,
  status text,
  posted_minor bigint,
  held_minor bigint,
  created_at timestamptz
);

create type issuer.card_to_insert as (
  shard smallint,
  pan_hash bytea,
  account_id uuid,
  masked_pan text,
  sealed_pan bytea,
  holder_name text,
  expiry text,
  service_code text,
  chip boolean,
  state text,
  state_changed_at timestamptz,
  requires_pin boolean,
  pin_offset text,
  pin_tries smallint,
  single_limit_minor bigint,
  daily_limit_minor bigint,
  daily_count_max integer,
  monthly_limit_minor bigint,
  created_at timestamptz
);
