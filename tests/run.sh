#!/usr/bin/env bash
# Installs what is missing, builds without warnings, checks the format, runs every test, and ends with one line: "N passed, N failed, N skipped".
# tests/run.sh [--no-format] [filter for dotnet test]
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 CI="${CI:-true}"

say() { printf '\n== %s (%ss)\n' "$1" "$SECONDS"; }
fail() { printf '%s\n' "$1" >&2; printf '0 passed, 1 failed, 0 skipped\n'; exit 1; }

check_format=1
[ "${1:-}" = "--no-format" ] && { check_format=0; shift; }

say "What the tests need"
if ! command -v dotnet >/dev/null; then
  fail "The .NET SDK of global.json is needed: install it and try again."
fi
has_python() { /usr/bin/python3 -c 'import pytest, websockets' 2>/dev/null; }
missing=()
[ -x /usr/bin/chromium ] || missing+=(chromium)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
has_python || missing+=(python3-websockets python3-pytest)
if [ "${#missing[@]}" != 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    # A browser for the pages' tests, a database server for those of the store in PostgreSQL, and what the Python client stands on; what is not there afterwards is skipped, and counted so.
    # The tests start databases of their own: none is made and left running by the installation.
    [ -e /etc/postgresql-common/createcluster.conf ] || { mkdir -p /etc/postgresql-common && echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf; }
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold "${missing[@]}"; } >/dev/null 2>&1 \
      || echo "${missing[*]} could not be installed: what needs them is skipped."
  else
    echo "${missing[*]} are not here and cannot be installed without root: what needs them is skipped."
  fi
fi
# By itself, so that nothing else is missing where there is none: lines between nodes are cut with it.
if ! { command -v ip && command -v iptables; } >/dev/null; then
  { [ "$(id -u)" = 0 ] && command -v apt-get && { apt-get install -y -qq --no-install-recommends iproute2 iptables || { apt-get update -qq && apt-get install -y -qq --no-install-recommends iproute2 iptables; }; }; } >/dev/null 2>&1 \
    || echo "iproute2 and iptables are not here and could not be installed: what needs network namespaces is skipped."
fi

say "Restore and build"
dotnet restore RealTimeActors.sln -v quiet || fail "Packages could not be restored."
# One compiler for all projects, also where the machine's settings start one for each: that takes twice the time. It is not left running.
dotnet build RealTimeActors.sln -c Release --no-restore -v quiet -clp:NoSummary -p:UseSharedCompilation=true
built=$?
dotnet build-server shutdown --vbcscompiler >/dev/null 2>&1
[ "$built" = 0 ] || fail "The build failed."

if [ "$check_format" = 1 ]; then
  say "Format"
  dotnet format whitespace RealTimeActors.sln --no-restore --verify-no-changes || fail "The format differs: run 'dotnet format whitespace RealTimeActors.sln'."
fi

say "Tests"
results=$(mktemp -d)
status=0
for project in tests/*/*.csproj; do
  case "$project" in tests/RealTimeActors.Benchmarks/*|tests/RealTimeActors.Hammer/*|tests/RealTimeActors.PostgreSql.Kit/*) continue ;; esac
  name=$(basename "$project" .csproj)
  say "$name"
  dotnet test "$project" -c Release --no-build -v quiet --logger "trx;LogFileName=$results/$name.trx" ${1:+--filter "$1"} || status=1
done

# The clients bring their own tests, which talk to the server that was just built: side by side, because most of the time they wait for it. They end and start it often, so it is not compiled in full each time.
export REALTIME_SERVER="$PWD/src/RealTimeActors.Server/bin/Release/net10.0/realtime" DOTNET_TC_QuickJit=1
clients_skipped=0
python_run=
if has_python; then
  ( cd src/clients/python && exec /usr/bin/python3 -m pytest -q -p no:cacheprovider --junitxml="$results/python.xml" ) >"$results/python.log" 2>&1 &
  python_run=$!
fi

say "TypeScript client"
if command -v npm >/dev/null; then
  ( cd src/clients/typescript && npm ci --silent --no-audit --no-fund && npm run -s check && npm run -s check-built \
    && npx vitest run --reporter=default --reporter=junit --outputFile.junit="$results/typescript.xml" ) || status=1
else
  echo "npm is not here: the tests of the TypeScript client are skipped."
  clients_skipped=$(( clients_skipped + 1 ))
fi

say "Python client"
if [ -n "$python_run" ]; then
  wait "$python_run" || status=1
  cat "$results/python.log"
else
  clients_skipped=$(( clients_skipped + 1 ))
fi

count() { cat "$results"/*.trx 2>/dev/null | grep -o "<Counters [^>]*" | grep -o "$1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{ n += $1 } END { print n + 0 }'; }
# JUnit's words: failures and errors of the whole run, skipped of each suite.
suites() { cat "$results"/*.xml 2>/dev/null | grep -o "<testsuite [^>]*" | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{ n += $1 } END { print n + 0 }'; }
clients_failed=$(( $(suites failures) + $(suites errors) ))
clients_skipped=$(( clients_skipped + $(suites skipped) ))
passed=$(( $(count passed) + $(suites tests) - clients_failed - $(suites skipped) ))
failed=$(( $(count failed) + clients_failed ))
skipped=$(( $(count total) - $(count executed) + clients_skipped ))
# Whoever reads only the end of a long run finds there which tests failed, and why.
[ "$failed" = 0 ] || { say "What failed"; awk '
    /<UnitTestResult [^>]*outcome="Failed"/ { match($0, /testName="[^"]*"/); print "- " substr($0, RSTART + 10, RLENGTH - 11); left = 25 }
    /<testcase / { match($0, / name="[^"]*"/); name = substr($0, RSTART + 7, RLENGTH - 8) }
    /<(failure|error)[ >]/ { print "- " name; left = 25 }
    left > 0 && /<(Message|failure|error)[ >]/ { told = 1 }
    told && left > 0 { print "    " substr($0, 1, 300); left-- }
    /<\/(ErrorInfo|failure|error)>/ || left == 0 { told = 0; left = 0 }' "$results"/*.trx "$results"/*.xml 2>/dev/null; }
rm -rf "$results"
[ "$status" != 0 ] && [ "$failed" = 0 ] && failed=1
say "Done"
printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
