#!/bin/bash
# A PostgreSQL cluster that fails over by itself, on the loopback of this machine, in a directory of its own: a monitor, a
# primary, and a synchronous standby under pg_auto_failover. For trials: anybody on this machine may connect while it runs.
#
#   local-cluster.sh available          exit code 0 when the programs are installed
#   local-cluster.sh up DIRECTORY       builds and starts it; prints the address of the database
#   local-cluster.sh primary DIRECTORY  prints the port of the server that takes writes
#   local-cluster.sh lose DIRECTORY     SIGKILLs the primary with everything that would start it again, as a lost machine would
#   local-cluster.sh down DIRECTORY     stops everything and removes the directory
set -euo pipefail

bin=${SHUA_POSTGRES_BIN:-}
if [ -z "$bin" ]; then
  for found in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin; do
    # The extension comes for one major version of the server, so the version is the one that has it.
    if [ -e "$found/postgres" ] && compgen -G "${found%/bin}/lib/pgautofailover.so" >/dev/null; then bin=$found; fi
  done
fi

available() { [ -n "$bin" ] && [ -e "$bin/initdb" ] && command -v pg_autoctl >/dev/null; }

command=${1:-}
if [ "$command" = available ]; then available; exit $?; fi
directory=${2:?name a directory}
if ! available; then
  echo "pg_autoctl and the extension pgautofailover are not installed (Debian: pg-auto-failover-cli, postgresql-15-auto-failover)" >&2
  exit 3
fi

# The user it runs as may not enter the directory this was called from. Everything below is named by its whole path.
case $directory in /*) ;; *) directory=$PWD/$directory ;; esac
cd /

# PostgreSQL refuses to run as root.
as_user() {
  local user=()
  if [ "$(id -u)" = 0 ]; then user=(runuser -u postgres --); fi
  "${user[@]}" env -i PATH="$bin:/usr/bin:/bin" LC_ALL=C.UTF-8 HOME="$directory" \
    XDG_DATA_HOME="$directory/data" XDG_CONFIG_HOME="$directory/config" XDG_RUNTIME_DIR="$directory/run" "$@"
}

# A port nobody listens on now.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 20000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "$port"; return; fi
  done
}

sql() { as_user psql -X -q -A -t -h 127.0.0.1 -p "$1" -U "$2" -d "$3" -c "$4"; }

run() {
  as_user setsid --fork pg_autoctl run --pgdata "$directory/$1" >"$directory/$1.log" 2>&1 </dev/null
}

wait_for() {
  local what=$1 seconds=$2
  shift 2
  for _ in $(seq $((seconds * 5))); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.2
  done
  echo "waited $seconds s in vain for $what" >&2
  tail -n 20 "$directory"/*.log >&2
  return 1
}

monitor_is_up() { sql "$(cat "$directory/monitor.port")" autoctl_node pg_auto_failover 'select 1'; }
states() { sql "$(cat "$directory/monitor.port")" autoctl_node pg_auto_failover 'select string_agg(reportedstate::text, $$,$$ order by reportedstate::text) from pgautofailover.node'; }
is_single() { [ "$(states)" = single ]; }
is_paired() { [ "$(states)" = primary,secondary ]; }
takes_writes() { [ "$(sql "$1" shua shua 'select pg_is_in_recovery()')" = f ]; }

up() {
  mkdir -p "$directory/data" "$directory/config" "$directory/run"
  if [ "$(id -u)" = 0 ]; then chown -R postgres "$directory"; fi
  chmod 700 "$directory"
  local port
  for node in monitor first second; do free_port >"$directory/$node.port"; done
  port=$(cat "$directory/monitor.port")
  as_user pg_autoctl create monitor --pgdata "$directory/monitor" --pgport "$port" --hostname 127.0.0.1 --auth trust --no-ssl \
    >"$directory/create.log" 2>&1
  run monitor
  wait_for 'the monitor' 30 monitor_is_up
  # A loss is noticed in seconds instead of half a minute, so that a trial is short. The defaults suit networks with hiccups.
  for setting in 'health_check_period = 1000' 'health_check_retry_delay = 300' 'health_check_timeout = 1000' \
    'node_considered_unhealthy_timeout = 3000' 'primary_demote_timeout = 3000' 'startup_grace_period = 3000'; do
    as_user psql -X -q -h "$directory/run" -p "$port" -U postgres -d pg_auto_failover -c "alter system set pgautofailover.$setting" 2>/dev/null ||
      as_user psql -X -q -h 127.0.0.1 -p "$port" -U postgres -d pg_auto_failover -c "alter system set pgautofailover.$setting" 2>/dev/null ||
      as_user psql -X -q -h /tmp -p "$port" -U postgres -d pg_auto_failover -c "alter system set pgautofailover.$setting"
  done
  as_user pg_ctl reload -s -D "$directory/monitor"
  for node in first second; do
    as_user pg_autoctl create postgres --pgdata "$directory/$node" --pgport "$(cat "$directory/$node.port")" --name "$node" \
      --hostname 127.0.0.1 --auth trust --no-ssl --username shua --dbname shua \
      --monitor "postgres://autoctl_node@127.0.0.1:$port/pg_auto_failover" >>"$directory/create.log" 2>&1
    run "$node"
    if [ "$node" = first ]; then wait_for 'the primary' 60 is_single; fi
  done
  wait_for 'the standby' 60 is_paired
  echo "postgres://shua@127.0.0.1:$(cat "$directory/first.port"),127.0.0.1:$(cat "$directory/second.port")/shua?target_session_attrs=read-write"
}

primary() {
  for node in first second; do
    if takes_writes "$(cat "$directory/$node.port")" 2>/dev/null; then echo "$node"; return 0; fi
  done
  return 1
}

# Everything that pg_autoctl runs for a node, found by the node's directory in the environment or the arguments of the process.
processes_of() {
  local postmaster
  pgrep -f -- "pg_autoctl.*--pgdata $directory/$1( |$)" || true
  for keeper in $(pgrep -f -- "pg_autoctl.*--pgdata $directory/$1( |$)" || true); do pgrep -P "$keeper" || true; done
  postmaster=$(head -n 1 "$directory/$1/postmaster.pid" 2>/dev/null || true)
  if [ -n "$postmaster" ]; then echo "$postmaster"; fi
}

lose() {
  local node
  node=$(primary)
  for process in $(processes_of "$node" | sort -u); do kill -KILL "$process" 2>/dev/null || true; done
  echo "$node"
}

down() {
  for node in second first monitor; do
    for process in $(processes_of "$node" | sort -u); do kill -KILL "$process" 2>/dev/null || true; done
  done
  # Servers end when their first process is gone; their files can go when they have.
  for _ in $(seq 50); do
    if ! pgrep -f -- "$directory/" >/dev/null; then break; fi
    sleep 0.1
  done
  rm -rf "$directory"
}

case "$command" in
  up) up ;;
  primary) cat "$directory/$(primary).port" ;;
  lose) lose ;;
  down) down ;;
  *) echo "local-cluster.sh: up, primary, lose or down" >&2; exit 2 ;;
esac
