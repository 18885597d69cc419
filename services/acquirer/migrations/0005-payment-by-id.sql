-- Lists go by payment id, which is in order of time; nothing asks by the moment of receipt.

drop index acquirer.payment_by_time;
create index payment_by_id on acquirer.payment (payment_id);
