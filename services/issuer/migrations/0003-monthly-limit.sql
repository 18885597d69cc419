-- The monthly limit of a card, beside its single and daily ones (docs/decisions/0009-limits-and-counters.md). The counter stands in
-- the card's row, which every payment with the card locks and writes anyway; its month is the month of `day`.

-- Null is no limit; a card may have its own.
alter table issuer.programme add column monthly_limit_minor bigint check (monthly_limit_minor >= 0);
-- Null takes the programme's.
alter table issuer.card add column monthly_limit_minor bigint check (monthly_limit_minor >= 0);
alter table issuer.card add column month_spent_minor bigint not null default 0;

-- What cards in use have spent in their month so far, so that giving some of it back finds it counted.
update issuer.card set month_spent_minor = spent.minor
  from (select made.shard, made.pan_hash, sum(made.amount_minor)::bigint as minor
          from issuer.authorization made
          join issuer.card used on used.shard = made.shard and used.pan_hash = made.pan_hash
         where made.kind in ('purchase', 'preAuthorization') and made.state in ('approved', 'completed', 'expired')
           and made.business_date >= date_trunc('month', used.day::timestamp)::date and made.business_date <= used.day
         group by made.shard, made.pan_hash) as spent
 where card.shard = spent.shard and card.pan_hash = spent.pan_hash;

alter table issuer.card add constraint card_month_spent_minor_check check (month_spent_minor >= 0);
