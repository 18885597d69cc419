-- Limits of terminals and merchants, and what counts towards them (docs/decisions/0009-limits-and-counters.md). Null is no limit.

alter table acquirer.terminal add column daily_limit_minor bigint check (daily_limit_minor >= 0);
alter table acquirer.terminal add column monthly_limit_minor bigint check (monthly_limit_minor >= 0);
alter table acquirer.merchant add column single_limit_minor bigint check (single_limit_minor >= 0);
alter table acquirer.merchant add column daily_limit_minor bigint check (daily_limit_minor >= 0);
alter table acquirer.merchant add column monthly_limit_minor bigint check (monthly_limit_minor >= 0);

-- What a payment counted at its terminal and at its merchant when it was approved; null where nobody counted. It is what a void
-- or a reversal gives back, whatever became of the limits since.
alter table acquirer.payment add column terminal_counted_minor bigint;
alter table acquirer.payment add column merchant_counted_minor bigint;

-- One row for each business day on which a terminal or merchant with a daily or monthly limit was paid. A month is the sum of its
-- days. Rows of past months are not read any more and may be deleted.
create table acquirer.limit_counter (
  subject       text not null check (subject in ('terminal', 'merchant')),
  -- terminal_id or merchant_id
  number        text not null,
  business_date date not null,
  counted_minor bigint not null check (counted_minor >= 0),
  primary key (subject, number, business_date)
) with (fillfactor = 50);
