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
if [ ! -x /usr/bin/chromium ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    # A browser for the page's tests; without it they are skipped, and counted so.
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 \
      || echo "chromium could not be installed: the tests of the page are skipped."
  else
    echo "chromium is not here and cannot be installed without root: the tests of the page are skipped."
  fi
fi

say "Restore and build"
dotnet restore RealTimeActors.sln -v quiet || fail "Packages could not be restored."
dotnet build RealTimeActors.sln -c Release --no-restore -v quiet -clp:NoSummary || fail "The build failed."

if [ "$check_format" = 1 ]; then
  say "Format"
  dotnet format whitespace RealTimeActors.sln --no-restore --verify-no-changes || fail "The format differs: run 'dotnet format whitespace RealTimeActors.sln'."
fi

say "Tests"
results=$(mktemp -d)
status=0
for project in tests/*/*.csproj; do
  [ "$project" = tests/RealTimeActors.Benchmarks/RealTimeActors.Benchmarks.csproj ] && continue
  name=$(basename "$project" .csproj)
  say "$name"
  dotnet test "$project" -c Release --no-build -v quiet --logger "trx;LogFileName=$results/$name.trx" ${1:+--filter "$1"} || status=1
done

count() { cat "$results"/*.trx 2>/dev/null | grep -o "<Counters [^>]*" | grep -o "$1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{ n += $1 } END { print n + 0 }'; }
passed=$(count passed)
failed=$(count failed)
skipped=$(( $(count total) - $(count executed) ))
rm -rf "$results"
[ "$status" != 0 ] && [ "$failed" = 0 ] && failed=1
say "Done"
printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
