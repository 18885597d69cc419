-- The issuer's tables. Programmes are reference data; everything else lives in a shard, the first column of every key, so that
-- one authorization touches one shard only (docs/decisions/0004-transfers-and-shards.md). The shard comes from the keyed hash
-- of the card number; the cards of one account are chosen so that they fall into the same one.

create table issuer.programme (
  programme_id text primary key check (programme_id ~ '^[A-Za-z0-9_-]{1,64}$'),
  name text not null,
  bin text not null check (bin ~ '^[0-9]{4,10}$'),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- Null allows all.
  kinds_allowed text[],
  merchants_allowed text[],
  categories_allowed text[],
  -- Null is no limit; a card may have its own.
  single_limit_minor bigint check (single_limit_minor >= 0),
  daily_limit_minor bigint check (daily_limit_minor >= 0),
  daily_count_max integer check (daily_count_max >= 0),
  pin_tries_max smallint not null check (pin_tries_max between 1 and 15),
  completion_percent_max smallint not null check (completion_percent_max between 100 and 200),
  hold_days smallint not null check (hold_days between 1 and 365),
  -- Where the three digits of the verification value begin in the discretionary data; null checks none.
  cvv_position smallint check (cvv_position between 0 and 20),
  stripe_fallback_allowed boolean not null,
  -- Key blocks under the security module's master key; useless without it.
  cvv_key text not null,
  pin_key text not null,
  created_at timestamptz not null
);

create table issuer.account (
  shard smallint not null check (shard between 0 and 63),
  account_id uuid not null,
  programme_id text not null references issuer.programme,
  currency text not null,
  status text not null check (status in ('open', 'frozen', 'closed')),
  posted_minor bigint not null constraint posted_not_negative check (posted_minor >= 0),
  held_minor bigint not null constraint held_not_negative check (held_minor >= 0),
  -- Counts approvals; approval codes come from it.
  authorization_sequence bigint not null default 0,
  created_at timestamptz not null,
  primary key (shard, account_id),
  constraint available_not_negative check (posted_minor - held_minor >= 0)
) with (fillfactor = 70);

create table issuer.card (
  shard smallint not null,
  pan_hash bytea not null check (length(pan_hash) = 32),
  account_id uuid not null,
  masked_pan text not null check (masked_pan ~ '[*]'),
  sealed_pan bytea not null,
  holder_name text,
  expiry text not null check (expiry ~ '^[0-9]{2}(0[1-9]|1[0-2])$'),
  service_code text not null check (service_code ~ '^[0-9]{3}$'),
  chip boolean not null,
  -- A card's state is the issuer's stop list: lost, stolen and frozen cards are refused by every flow that takes money.
  state text not null check (state in ('active', 'lost', 'stolen', 'closed', 'notActivated', 'frozen')),
  state_changed_at timestamptz not null,
  requires_pin boolean not null,
  -- IBM 3624 offset: it covers every digit of the PIN, where a PVV would check only four of six. Null without a PIN.
  pin_offset text check (pin_offset ~ '^[0-9]{4,12}$'),
  pin_tries smallint not null default 0,
  -- Null takes the programme's.
  single_limit_minor bigint check (single_limit_minor >= 0),
  daily_limit_minor bigint check (daily_limit_minor >= 0),
  daily_count_max integer check (daily_count_max >= 0),
  -- What was spent on the last business day on which the card was used.
  day date,
  day_spent_minor bigint not null default 0 check (day_spent_minor >= 0),
  day_count integer not null default 0 check (day_count >= 0),
  created_at timestamptz not null,
  primary key (shard, pan_hash),
  foreign key (shard, account_id) references issuer.account,
  constraint pin_needs_offset check (not requires_pin or pin_offset is not null)
) with (fillfactor = 70);

create index card_account on issuer.card (shard, account_id);
create index card_stopped on issuer.card (state_changed_at) where state in ('lost', 'stolen', 'frozen');

-- One row per request that named a known card, declined ones too. The money is in ledger.transfer under the same payment.
create table issuer.authorization (
  shard smallint not null,
  payment_id uuid not null,
  account_id uuid not null,
  pan_hash bytea not null,
  -- 'unknown' is a payment whose reversal came first: the row stands in its way when it arrives.
  kind text not null check (kind in (
    'balanceInquiry', 'purchase', 'void', 'refund', 'preAuthorization', 'preAuthorizationVoid', 'completion',
    'completionAdvice', 'completionVoid', 'reversal', 'unknown')),
  state text not null check (state in ('declined', 'approved', 'voided', 'completed', 'expired', 'reversed', 'barred')),
  reason text,
  amount_minor bigint not null check (amount_minor >= 0),
  currency text not null,
  approval_code text check (approval_code ~ '^[0-9]{6}$'),
  original_payment_id uuid,
  refunded_minor bigint not null default 0 constraint refunded_at_most_paid check (refunded_minor between 0 and amount_minor),
  completed_minor bigint not null default 0 check (completed_minor >= 0),
  hold_minor bigint not null default 0 check (hold_minor between 0 and amount_minor),
  hold_expires_at timestamptz,
  -- The hold that this request released: what comes back when the request is undone.
  released_minor bigint not null default 0 check (released_minor >= 0),
  business_date date not null,
  requested_at timestamptz not null,
  merchant_id text not null,
  terminal_id text not null,
  batch_number text not null,
  stan text not null,
  rrn text not null,
  entry_method text not null,
  primary key (shard, payment_id),
  constraint reason_of_decline check ((state = 'declined') = (reason is not null)),
  constraint hold_only_while_open check (hold_minor = 0 or (kind = 'preAuthorization' and state = 'approved'))
) with (fillfactor = 90);

create index authorization_account on issuer.authorization (shard, account_id, requested_at);
create index authorization_original on issuer.authorization (shard, original_payment_id) where original_payment_id is not null;
create index authorization_hold_due on issuer.authorization (hold_expires_at)
  where kind = 'preAuthorization' and state = 'approved';

-- What a machine cannot settle alone and somebody has to look at.
create table issuer.case (
  shard smallint not null,
  case_id uuid not null,
  account_id uuid not null,
  payment_id uuid not null,
  kind text not null check (kind in ('reversalShortfall', 'holdNotRestored', 'reversalRefused')),
  amount_minor bigint not null check (amount_minor >= 0),
  currency text not null,
  state text not null default 'open' check (state in ('open', 'closed')),
  opened_at timestamptz not null,
  primary key (shard, case_id)
);

create index case_open on issuer.case (opened_at) where state = 'open';
