-- A terminal's session (keys, batch, state, its merchant) is remembered between its messages; the version tells, in the
-- transaction that decides a payment, whether what was remembered still holds. It is counted by the database, so that no
-- statement that changes a terminal can forget to.

alter table acquirer.terminal add column session_version bigint not null default 1;
alter table acquirer.merchant add column session_version bigint not null default 1;

create function acquirer.count_session_change() returns trigger language plpgsql as $$
begin
  new.session_version := old.session_version + 1;
  return new;
end
$$;

create trigger terminal_session_version before update on acquirer.terminal
  for each row execute function acquirer.count_session_change();
create trigger merchant_session_version before update on acquirer.merchant
  for each row execute function acquirer.count_session_change();
