-- The acquirer's tables: who may pay here (merchant, terminal), what happened (payment), what must not happen any more
-- (reversal), and the end of the day (batch, upload, case). Payments are keyed by the card's shard so that the journal row and
-- the issuer's authorization lie together; terminals and reversals are small and belong on every node.

create table acquirer.merchant (
  merchant_id   text primary key check (length(merchant_id) = 15),
  name          text not null,
  name_en       text not null,
  category      text not null check (category ~ '^\d{4}$'),
  city          text not null,
  state         text not null check (state in ('active', 'suspended', 'closed')),
  created_at    timestamptz not null
);

create table acquirer.terminal (
  terminal_id            text primary key check (length(terminal_id) = 8),
  merchant_id            text not null references acquirer.merchant,
  state                  text not null check (state in ('active', 'suspended', 'withdrawn')),
  profile                text not null,
  place                  text not null,
  -- Network licence and serial as DE 62 of the sign-on brings them; null until the first sign-on of a terminal we do not bind.
  licence_serial         text,
  -- Kinds this terminal may not do; empty for a full-function terminal.
  forbidden_kinds        text[] not null default '{}',
  single_limit_minor     bigint,
  master_key             text not null,
  pin_key                text,
  mac_key                text,
  track_key              text,
  keys_issued_at         timestamptz,
  signed_on              boolean not null default false,
  batch_number           integer not null default 1 check (batch_number between 1 and 999999),
  batch_settling         boolean not null default false,
  operator               text,
  last_seen_at           timestamptz,
  -- Header digit 6 of the next answer: what the terminal is asked to do (terminal-protocol §1.2).
  processing_requirement text not null default '0' check (length(processing_requirement) = 1)
);

create sequence acquirer.rrn_block as bigint start 1;

create table acquirer.payment (
  shard               smallint not null,
  payment_id          uuid not null,
  terminal_id         text not null,
  merchant_id         text not null,
  batch_number        integer not null,
  stan                integer not null,
  kind                text not null,
  state               text not null check (state in ('approved', 'declined', 'reversed', 'voided', 'completed', 'unknown')),
  amount_minor        bigint not null check (amount_minor >= 0),
  currency            text not null,
  pan_hash            bytea not null,
  masked_pan          text not null,
  sealed_pan          bytea not null,
  entry_mode          text not null,
  operator            text not null,
  rrn                 text not null,
  approval_code       text,
  response_code       text not null,
  reason              text,
  issuer_id           text,
  original_payment_id uuid,
  refunded_minor      bigint not null default 0 check (refunded_minor >= 0 and refunded_minor <= amount_minor),
  business_date       date not null,
  received_at         timestamptz not null,
  primary key (shard, payment_id)
);

create unique index payment_by_trace on acquirer.payment (shard, terminal_id, batch_number, stan);
create index payment_by_rrn on acquirer.payment (shard, rrn);
create index payment_by_approval on acquirer.payment (shard, pan_hash, approval_code) where kind = 'preAuthorization';
create index payment_by_original on acquirer.payment (shard, original_payment_id) where original_payment_id is not null;
create index payment_by_time on acquirer.payment (received_at desc);

-- One row per trace that was reversed. It is written before the original is looked for, so an original that arrives later
-- finds it and is refused; repeats count up.
create table acquirer.reversal (
  terminal_id   text not null,
  batch_number  integer not null,
  stan          integer not null,
  reason        text not null,
  amount_minor  bigint not null,
  attempts      integer not null default 1,
  outcome       text not null,
  response_code text not null,
  payment_id    uuid,
  reversal_payment_id uuid,
  rrn           text not null,
  first_at      timestamptz not null,
  last_at       timestamptz not null,
  primary key (terminal_id, batch_number, stan)
);

create table acquirer.batch (
  terminal_id          text not null,
  batch_number         integer not null,
  merchant_id          text not null,
  state                text not null check (state in ('settling', 'closed')),
  balanced             boolean not null,
  host_debit_minor     bigint not null,
  host_debit_count     integer not null,
  host_credit_minor    bigint not null,
  host_credit_count    integer not null,
  terminal_debit_minor  bigint not null,
  terminal_debit_count  integer not null,
  terminal_credit_minor bigint not null,
  terminal_credit_count integer not null,
  uploaded_count       integer not null default 0,
  asked_at             timestamptz not null,
  closed_at            timestamptz,
  primary key (terminal_id, batch_number)
);

create table acquirer.batch_record (
  terminal_id  text not null,
  batch_number integer not null,
  stan         integer not null,
  pan_hash     bytea not null,
  masked_pan   text not null,
  amount_minor bigint not null,
  primary key (terminal_id, batch_number, stan)
);

-- A difference that people must settle: never dropped, never silently fixed.
create table acquirer.settlement_case (
  case_id         uuid primary key,
  terminal_id     text not null,
  batch_number    integer not null,
  stan            integer,
  difference      text not null check (difference in ('terminalOnly', 'hostOnly', 'amountDiffers', 'totalsDiffer')),
  terminal_minor  bigint,
  host_minor      bigint,
  state           text not null default 'open' check (state in ('open', 'closed')),
  opened_at       timestamptz not null
);

create table acquirer.stop_list (
  pan_hash bytea primary key,
  entry    text not null,
  reason   text not null,
  added_at timestamptz not null
);

create table acquirer.payment_trace (
  terminal_id  text not null,
  batch_number integer not null,
  stan         integer not null,
  -- host or terminal: who saw it
  seen_by      text not null check (seen_by in ('host', 'terminal')),
  mti          text not null,
  payment_id   uuid,
  started_at_us bigint not null,
  duration_us  bigint not null,
  events       jsonb not null,
  primary key (terminal_id, batch_number, stan, mti, seen_by, started_at_us)
);
create index payment_trace_payment on acquirer.payment_trace (payment_id) where payment_id is not null;
