#!/usr/bin/env bash
# What sending messages of 5 MB costs the load generator: messages for each second of its processor time, against a
# target that swallows them. Needs builds of src/Harness and bench. The figure is of a quiet machine only.
set -euo pipefail
cd "$(dirname "$0")/.."
harness=${CORALMUX_CONFORMANCE:-src/Harness/bin/Release/net10.0/coralmux-conformance.dll}
bench=${CORALMUX_BENCH:-bench/bin/Release/net10.0/coralmux-bench.dll}
duration=${1:-10s}
out=$(mktemp -d)
dotnet "$bench" discard >"$out/url" &
target=$!
trap 'kill "$target"; rm -rf "$out"' EXIT
until [ -s "$out/url" ]; do kill -0 "$target"; sleep 0.1; done
dotnet "$harness" load bench/payload-5mb-discard.json "$(cat "$out/url")" \
  --admin-key any --relay-pid "$target" --duration "$duration" --out "$out/report" >"$out/text" 2>&1 || code=$?
number() { grep -m1 "\"$1\"" "$out/report/report.json" | tr -dc '0-9.'; }
if [ ! -s "$out/report/report.json" ]; then cat "$out/text"; exit 1; fi
awk -v sent="$(number sent)" -v cpu="$(number generatorCpuSeconds)" -v code="${code:-0}" \
  'BEGIN { printf "%d messages of 5 MiB in %.2f s of processor time: %.0f a second and core (exit %d)\n", sent, cpu, sent / cpu, code }'
[ "${code:-0}" -eq 0 ] || sed 's/^/   | /' "$out/text"
exit "${code:-0}"
