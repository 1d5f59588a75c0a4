#!/usr/bin/env bash
# Measures the tables of docs/capacity.md: how cost grows from 10 to 10,000 pairs. Needs a quiet machine.
#   load/capacity-table.sh [DIR]          (default out/capacity; about 20 minutes)
#   PAIRS="10 100" RATE=500 SECONDS_EACH=10 load/capacity-table.sh
# Each row starts the reference relay; use another one with URL=… ADMIN_KEY=… RELAY_PID=….
set -euo pipefail
cd "$(dirname "$0")/.."

out=${1:-out/capacity}
rate=${RATE:-2000}
length=${SECONDS_EACH:-60}
target=()
if [ -n "${URL:-}" ]; then
  target=("$URL")
  [ -z "${ADMIN_KEY:-}" ] || target+=(--admin-key "$ADMIN_KEY")
  [ -z "${RELAY_PID:-}" ] || target+=(--relay-pid "$RELAY_PID")
fi
# A pair is two sockets here and two in the relay.
ulimit -n "$(ulimit -Hn)"
mkdir -p "$out"
dotnet build src/Harness -c Release -v q >&2
harness=(dotnet src/Harness/bin/Release/net10.0/coralmux-conformance.dll)

echo "| pairs | sent msg/s | p50 | p99 | relay cores | relay memory | per pair | generator cores | valid |"
echo "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
for pairs in ${PAIRS:-10 100 1000 10000}; do
  dir="$out/steady-$pairs"
  code=0
  "${harness[@]}" load steady "${target[@]}" --pairs "$pairs" --rate "$rate" --duration "${length}s" --size 256 --out "$dir" \
    > "$dir.txt" 2> "$dir.err" || code=$?
  [ -f "$dir/series.csv" ] || { echo "| $pairs | exit $code: $(tail -n 1 "$dir.err") |"; continue; }
  # Response time one way; the seconds of load only; memory before the first connection is the relay's own.
  latency=$(awk -F, '$1 == "one_way" && $2 == "response" { printf "%.0f µs | %.0f µs", $10, $13 }' "$dir/metrics.csv")
  awk -F, -v pairs="$pairs" -v latency="$latency" -v code="$code" '
    NR == 2 { empty = $15 }
    NR > 1 && $1 >= 0 && $3 > 0 { n++; sent += $3; relay += $14; generator += $16; if ($15 > memory) memory = $15 }
    END {
      if (n == 0) { print "| " pairs " | nothing was sent |"; exit }
      printf "| %d | %.0f | %s | %.2f | %.1f MiB | %.1f KiB | %.2f | %s |\n",
        pairs, sent / n, latency, relay / n, memory / 1048576, (memory - empty) / 1024 / pairs, generator / n, code == 4 ? "no" : "yes"
    }' "$dir/series.csv"
done

echo
echo "| pairs | sustained msg/s | not sustained | what gave way |"
echo "| ---: | ---: | ---: | --- |"
for pairs in ${PAIRS:-10 100 1000 10000}; do
  "${harness[@]}" capacity "${target[@]}" --pairs "$pairs" --size 256 --duration "${STEP_SECONDS:-15}s" --start "$rate" \
    --out "$out/capacity-$pairs" 2> "$out/capacity-$pairs.err" \
    | sed -E "s/^Sustained: ([0-9]+) .*not sustained: ([^;]+); what gave way first: ([a-z-]+)\.$/| $pairs | \1 | \2 | \3 |/" || true
done
