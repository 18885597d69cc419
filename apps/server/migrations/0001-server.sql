-- Keys of this network as key blocks under the security module's master key. Useless without the master key file.
create table server.network_key (
  name       text primary key,
  key_block  text not null,
  created_at timestamptz not null
);

-- What was loaded once and must not be loaded again.
create table server.seed (
  name      text primary key,
  loaded_at timestamptz not null
);
