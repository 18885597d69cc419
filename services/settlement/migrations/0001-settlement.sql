-- The tables of settlement: runs of clearing, what they cleared, and the positions that follow (docs/decisions/0006-clearing.md).
-- Items, parts and cases lie in the shard of the card, beside the journal row they come from; runs and positions are small.

-- One pass over the journal of a business day. What comes too late for a run is cleared by the next one of that day.
create table settlement.run (
  business_date date not null,
  sequence      smallint not null check (sequence > 0),
  state         text not null check (state in ('open', 'closed')),
  items         bigint not null default 0,
  opened_at     timestamptz not null,
  closed_at     timestamptz,
  primary key (business_date, sequence),
  check ((state = 'closed') = (closed_at is not null))
);

-- Whoever starts while a run is open takes part in it.
create unique index run_open on settlement.run (business_date) where state = 'open';

-- How far a run has come in each shard: the job list of the workers, locked row by row while a slice is under way.
create table settlement.run_shard (
  business_date date not null,
  sequence      smallint not null,
  shard         smallint not null,
  state         text not null check (state in ('open', 'done')),
  -- Everything up to this payment id is cleared.
  after         uuid not null,
  items         integer not null default 0,
  primary key (business_date, sequence, shard),
  foreign key (business_date, sequence) references settlement.run on delete cascade
);

-- What was cleared: the key is the promise that no payment is cleared twice. Leg 1 is the payment, leg 2 takes it back.
create table settlement.item (
  shard          smallint not null,
  payment_id     uuid not null,
  leg            smallint not null check (leg in (1, 2)),
  sequence       smallint not null,
  business_date  date not null,
  -- What the merchant gains; negative for what it gives back. The issuer's side is the same with the other sign.
  merchant_minor bigint not null,
  merchant_id    text not null,
  shop_id        text not null,
  issuer_id      text not null,
  line           text not null,
  currency       text not null,
  primary key (shard, payment_id, leg)
);

-- Sums of items, kept slice by slice; positions are read from here while a run is open.
create table settlement.part (
  shard         smallint not null,
  business_date date not null,
  sequence      smallint not null,
  merchant_id   text not null,
  shop_id       text not null,
  issuer_id     text not null,
  line          text not null,
  currency      text not null,
  items         bigint not null,
  -- As the merchant sees them: credit is what it gains.
  debit_minor   bigint not null check (debit_minor >= 0),
  credit_minor  bigint not null check (credit_minor >= 0),
  primary key (shard, business_date, sequence, merchant_id, shop_id, issuer_id, line, currency)
);

-- The net positions of a closed run. Every line has its counterpart at another party, so a run sums to zero per currency.
-- Fees, interchange and payouts are further lines, of these parties and of others.
create table settlement.position_line (
  business_date date not null,
  sequence      smallint not null,
  party_kind    text not null check (party_kind ~ '^[a-z][A-Za-z]*$'),
  party_id      text not null,
  -- Empty for a party without shops.
  shop_id       text not null,
  line          text not null check (line ~ '^[a-z][A-Za-z]*$'),
  currency      text not null,
  items         bigint not null,
  debit_minor   bigint not null check (debit_minor >= 0),
  credit_minor  bigint not null check (credit_minor >= 0),
  primary key (business_date, sequence, party_kind, party_id, shop_id, line, currency),
  foreign key (business_date, sequence) references settlement.run
);

-- A payment about which clearing and ledger disagree: what the merchant must have gained from it that day and what the ledger
-- says. Never dropped, never silently fixed.
create table settlement.case (
  shard         smallint not null,
  business_date date not null,
  payment_id    uuid not null,
  merchant_id   text not null,
  currency      text not null,
  sequence      smallint not null,
  difference    text not null check (difference in ('notInLedger', 'notInJournal', 'amountDiffers')),
  journal_minor bigint not null,
  ledger_minor  bigint not null,
  state         text not null default 'open' check (state in ('open', 'closed')),
  opened_at     timestamptz not null,
  primary key (shard, business_date, payment_id, merchant_id, currency)
);

create index case_open on settlement.case (business_date) where state = 'open';
