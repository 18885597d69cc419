-- Whoever looks for what was declined, voided, refunded or is not known looks for few among many.

create index payment_other_than_approved on acquirer.payment (payment_id)
  where state <> 'approved' or refunded_minor > 0;
