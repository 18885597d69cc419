-- Whether a trace was used is asked for every payment and without its card's shard. With the shard last the answer is one step
-- into the index instead of one for each shard; it stays in the key, because rows are distributed by it.

drop index acquirer.payment_by_trace;
create unique index payment_by_trace on acquirer.payment (terminal_id, batch_number, stan, shard);
