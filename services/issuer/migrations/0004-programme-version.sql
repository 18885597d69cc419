-- Programmes change seldom and are needed with every payment, so they are remembered; the version, which is read with each card,
-- tells whether what was remembered still holds. It is drawn by the database, so that no statement can forget to, and never
-- comes twice, not even for a programme that was deleted and made again.

create sequence issuer.programme_version;

alter table issuer.programme add column version bigint not null default nextval('issuer.programme_version');

create function issuer.renew_programme_version() returns trigger language plpgsql as $$
begin
  new.version := nextval('issuer.programme_version');
  return new;
end
$$;

create trigger programme_version before update on issuer.programme
  for each row execute function issuer.renew_programme_version();
