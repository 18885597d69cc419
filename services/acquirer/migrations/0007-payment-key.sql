-- One index instead of two: the key begins with the payment id, so it also answers who asks for an id without its shard, and rows
-- that follow one another in time lie side by side in it. The shard stays part of it, as a table spread over machines needs.

alter table acquirer.payment drop constraint payment_pkey;
alter table acquirer.payment add primary key (payment_id, shard);
drop index acquirer.payment_by_id;
