-- Shops: merchant → shop → terminal. Which shop a terminal stands in is a history, because a payment belongs to the shop in
-- which its terminal stood when it was made; a terminal that moves must not take its old payments along. Clearing joins this
-- history with the time of the payment, so the hot path writes and reads nothing more (docs/decisions/0006-clearing.md).

create table acquirer.shop (
  shop_id     text primary key check (length(shop_id) between 1 and 32),
  merchant_id text not null references acquirer.merchant,
  name        text not null,
  opened_at   timestamptz not null
);

create index shop_merchant on acquirer.shop (merchant_id);

create table acquirer.terminal_shop (
  terminal_id text not null references acquirer.terminal,
  -- From this moment on; -infinity is the shop a terminal has had ever since.
  since       timestamptz not null,
  -- Up to this moment, exclusive.
  until       timestamptz not null default 'infinity',
  shop_id     text not null references acquirer.shop,
  primary key (terminal_id, since),
  check (since < until)
);

-- A terminal stands in one shop at a time.
create unique index terminal_shop_now on acquirer.terminal_shop (terminal_id) where until = 'infinity';

-- Clearing pairs a payment with the entries of its reversal, and the entries of a reversal with what it undid.
create index reversal_of_payment on acquirer.reversal (payment_id) where reversal_payment_id is not null;
create index reversal_made on acquirer.reversal (reversal_payment_id) where reversal_payment_id is not null;
