#!/usr/bin/env bash
# The topology of docker-compose.yml as processes on this machine, from the same files: a private PostgreSQL, two core nodes, two edges, and nginx in front of them where it is installed. Prints the addresses and
# runs until Ctrl+C, SIGTERM, or its time is over; then everything is stopped in good order and its data deleted. Ports are free ones, and only on loopback; nobody is asked for tokens.
# tests/cluster.sh [--for SECONDS] [--no-build]
# tests/cluster.sh stop         stops what this checkout has running
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

run="${TMPDIR:-/tmp}/realtime-cluster-$(id -u)-$(pwd -P | cksum | cut -d' ' -f1)"
fail() { printf '%s\n' "$1" >&2; exit 1; }
is_running() { [ -e "$run/pid" ] && kill -0 "$(cat "$run/pid")" 2>/dev/null && grep -qa 'cluster\.sh' "/proc/$(cat "$run/pid")/cmdline"; }

seconds="" build=1
while [ $# -gt 0 ]; do
  case "$1" in
    stop)
      # What a killed script has left are files only: its processes ended with it.
      is_running || { rm -rf "$run"; echo "Nothing of this checkout runs."; exit 0; }
      pid=$(cat "$run/pid")
      kill -TERM "$pid"
      tail --pid="$pid" -f /dev/null
      echo "Stopped."
      exit 0 ;;
    --for) [[ "${2:-}" =~ ^[0-9]+$ ]] || fail "--for: whole seconds are expected; '${2:-}' came."; seconds=$2; shift ;;
    --no-build) build=0 ;;
    *) fail "tests/cluster.sh [--for SECONDS] [--no-build], or tests/cluster.sh stop; '$1' came." ;;
  esac
  shift
done
is_running && fail "It runs already (process $(cat "$run/pid"), addresses in $run/addresses): stop it with tests/cluster.sh stop."

# What it needs.
postgres=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n1)
if [ -z "$postgres" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  [ -e /etc/postgresql-common/createcluster.conf ] || { mkdir -p /etc/postgresql-common && echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf; }
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold postgresql; } >/dev/null 2>&1
  postgres=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n1)
fi
[ -n "$postgres" ] || fail "PostgreSQL is needed: install the package postgresql and try again."
postgres=$(dirname "$postgres")
nginx=$(command -v nginx || { [ -x /usr/sbin/nginx ] && echo /usr/sbin/nginx; })
# REALTIME_SERVER names another build, as for the clients' tests.
realtime=$(dirname "${REALTIME_SERVER:-$PWD/src/RealTimeActors.Server/bin/Release/net10.0/realtime}")
[ "$build" = 0 ] || dotnet build src/RealTimeActors.Server -c Release -v quiet -clp:NoSummary || fail "The build failed."
[ -x "$realtime/realtime" ] || fail "$realtime/realtime is not there: try again without --no-build."
export PATH="$realtime:$PATH"

declare -A pids=() http=() links=()
stopping=0

# Ends one of them in good order, and for good if it does not. What this script started ends with it in any case: the kernel sees to that (pdeathsig).
end() {
  local pid=${pids[$1]:-}
  [ -n "$pid" ] || return 0
  kill "-${2:-TERM}" "$pid" 2>/dev/null
  timeout 25 tail --pid="$pid" -s 0.1 -f /dev/null || kill -KILL "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
  unset "pids[$1]"
}

finish() {
  local status=$?
  [ "$stopping" = 0 ] || return
  stopping=1
  trap '' INT TERM HUP
  end clock
  # First who sends clients here, then where they are, then what holds their data.
  end load-balancer
  for node in edge-1 edge-2 core-1 core-2; do end "$node"; done
  end database INT
  [ "$status" = 0 ] || tail -n 15 "$run"/*.log >&2 2>/dev/null
  rm -rf "$run"
  exit "$status"
}
trap finish EXIT
trap 'exit 0' INT TERM HUP

rm -rf "$run"
mkdir -m 711 -p "$run/keys" "$run/balancer"
chmod 700 "$run/keys"
echo $$ >"$run/pid"

# Below those that the system gives to outgoing connections (from 32768 on): one of them may be taken between the look and the start.
port=$(( 20000 + $$ % 12000 ))
free_port() {
  while port=$(( port + 1 )); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { printf -v "$1" '%s' "$port"; return; }
  done
}

# start NAME COMMAND…: in the background, its words in NAME.log. In a session of its own: Ctrl+C ends this script, which then ends them one after the other.
start() {
  local name=$1
  shift
  setsid setpriv --pdeathsig TERM "$@" >>"$run/$name.log" 2>&1 </dev/null &
  pids[$name]=$!
}

# Starts nodes again that the others have declared dead (exit code 5), as docker compose does: a machine that is busy with other things may stand still for longer than a lease. Who was killed on purpose stays away.
again() {
  local name pid found=1
  for name in "${!pids[@]}"; do
    pid=${pids[$name]}
    ! kill -0 "$pid" 2>/dev/null || continue
    unset "pids[$name]"
    wait "$pid"
    [ $? = 5 ] && [ -n "${http[$name]:-}" ] || continue
    echo "$name was declared dead and starts again; why stands in $run/$name.log" >&2
    node "$name"
    [ ! -e "$run/addresses" ] || addresses
    found=0
  done
  return $found
}

# until_so NAME TEXT COMMAND…: waits for a command to succeed, as long as the process NAME lives, a minute at most.
until_so() {
  local name=$1 what=$2 end=$(( SECONDS + 60 ))
  shift 2
  until "$@" >/dev/null 2>&1; do
    again || [ -n "${pids[$name]:-}" ] || fail "$what: $name has ended."
    [ "$SECONDS" -lt "$end" ] || fail "$what: not within a minute."
    sleep 0.1
  done
}

# The secrets of the cluster, made as docker compose makes them.
src/RealTimeActors.Server/Docker/keys.sh "$run/keys" >/dev/null || fail "The keys could not be made."

# The database: as an unprivileged user, which PostgreSQL insists on.
as=()
mkdir -m 700 "$run/journal"
if [ "$(id -u)" = 0 ]; then
  chown postgres "$run/journal"
  as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi
install -m 600 ${as:+-o postgres} "$run/keys/postgres-password" "$run/journal/password"
(cd / && "${as[@]}" "$postgres/initdb" -D "$run/journal/data" -U realtime -A scram-sha-256 --pwfile="$run/journal/password" -E UTF8 --locale=C --no-instructions) >"$run/initdb.log" 2>&1 || fail "The database could not be made."
rm "$run/journal/password"
free_port database
start database ${as:+--reuid=postgres --regid=postgres --clear-groups} "$postgres/postgres" -D "$run/journal/data" -c port="$database" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200
until_so database "The database does not start" "$postgres/pg_isready" -q -h 127.0.0.1 -p "$database"
PGPASSFILE="$run/keys/pgpass" "$postgres/createdb" -h 127.0.0.1 -p "$database" -U realtime realtime || fail "The database could not be made."

# The nodes.
balancer=""
nodes=(core-1 core-2 edge-1 edge-2)
node() {
  local name=$1 role=${1%-*} figures=false quick_jit=0
  [ "$name" != core-1 ] || figures=true
  [ "$role" = edge ] || quick_jit=1
  start "$name" env DOTNET_TC_QuickJit=$quick_jit \
    REALTIME_NODE="$name" REALTIME_ROLE="$role" REALTIME_DATA="$run/$name" REALTIME_MACHINE_FIGURES="$figures" REALTIME_AUTH=none \
    REALTIME_HTTP_HOST=127.0.0.1 REALTIME_HTTP_PORT="${http[$name]}" \
    REALTIME_CLUSTER_HOST=127.0.0.1 REALTIME_CLUSTER_PORT="${links[$name]}" REALTIME_CLUSTER_ADVERTISE="127.0.0.1:${links[$name]}" \
    REALTIME_POSTGRESQL="Host=127.0.0.1;Port=$database;Database=realtime;Username=realtime;Passfile=$run/keys/pgpass" \
    REALTIME_CLUSTER_SECRET_FILE="$run/keys/cluster-secret" REALTIME_CHECKPOINT_KEY="$run/keys/checkpoint-key.pem" REALTIME_TOKEN_KEY="$run/keys/token-key.pem" \
    realtime serve --config hocon/cluster.conf
}

addresses() {
  local name
  {
    for name in "${nodes[@]}"; do printf '%-14s http://127.0.0.1:%s\n' "$name" "${http[$name]}"; done
    [ -z "$balancer" ] || printf '%-14s http://127.0.0.1:%s\n' load-balancer "$balancer"
    printf '%-14s %s\n' postgresql "127.0.0.1:$database"
    for name in "${!pids[@]}"; do [ "$name" = clock ] || printf '%-14s process %s\n' "$name" "${pids[$name]}"; done | sort
  } >"$run/addresses"
}

for name in "${nodes[@]}"; do
  free_port "http[$name]"
  free_port "links[$name]"
  node "$name"
done
for name in "${nodes[@]}"; do
  until_so "$name" "$name does not start" src/RealTimeActors.Server/Docker/healthy.sh "${http[$name]}"
done
all_owned() { [ "$(realtime cluster --server "127.0.0.1:${http[edge-1]}" --json | tr '{' '\n' | grep -c '"free":false')" = 64 ]; }
until_so edge-1 "Not all shards find a node" all_owned

# The load balancer.
if [ -n "$nginx" ]; then
  free_port balancer
  sed -e "s|\${LISTEN}|127.0.0.1:$balancer|g; s|\${EDGE_1}|127.0.0.1:${http[edge-1]}|g; s|\${EDGE_2}|127.0.0.1:${http[edge-2]}|g; s|\${RUN}|$run/balancer|g" hocon/nginx.conf.template >"$run/balancer/nginx.conf"
  files=$(ulimit -Hn)
  [ "$files" = unlimited ] || sed -i "s/^worker_rlimit_nofile .*/worker_rlimit_nofile $files;/" "$run/balancer/nginx.conf"
  # Its workers write into the directory as whoever runs this.
  start load-balancer "$nginx" -p "$run/balancer" -c "$run/balancer/nginx.conf" -e stderr -g "daemon off;$([ "$(id -u)" != 0 ] || echo ' user root;')"
  until_so load-balancer "The load balancer does not start" src/RealTimeActors.Server/Docker/healthy.sh "$balancer"
fi

addresses
cat "$run/addresses"
[ -n "$balancer" ] || echo "nginx is not here: there is no load balancer. Clients take both edges as endpoints, or one of them."
printf '\nIn another terminal:\n  export PATH=%s:$PATH REALTIME_ENDPOINT=http://127.0.0.1:%s\n' "$realtime" "${balancer:-${http[edge-1]}}"
printf '  %s\n' "realtime tail 'funding.>'        realtime publish funding.grants grant.updated '{\"id\":7}'" 'realtime cluster --watch        realtime cluster drain core-2        tests/cluster.sh stop'
echo "Ready. Ctrl+C stops everything."

# Until its time is over, or somebody ends it. A node that is killed on purpose is no reason to stop.
setpriv --pdeathsig TERM sleep "${seconds:-infinity}" &
pids[clock]=$!
while [ -n "${pids[clock]:-}" ]; do
  wait -n "${pids[@]}"
  again
done
exit 0
