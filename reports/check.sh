#!/usr/bin/env bash
# Whether reports/reference-relay is current: it follows from its own scenarios, and a run of today comes to the same
# verdict on every requirement. Exits 1 where not; reports/remake.sh is the remedy.
set -uo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
./coralmux-conformance report reports/reference-relay/report.json --no-transcripts || exit 1
./coralmux-conformance verify --out "$work" >"$work/said" || { tail -n 5 "$work/said"; exit 1; }
./coralmux-conformance report "$work/report.json" || exit 1
./coralmux-conformance diff --exact reports/reference-relay/report.json "$work/report.json"
