#!/usr/bin/env bash
# Checks that reports/reference-relay is current: it follows from its own scenarios, and a new run gives the same verdict
# for every requirement. Exits 1 if not; then run reports/remake.sh.
set -uo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
./coralmux-conformance report reports/reference-relay/report.json --no-transcripts || exit 1
./coralmux-conformance verify --out "$work" >"$work/said" || { tail -n 5 "$work/said"; exit 1; }
./coralmux-conformance report "$work/report.json" || exit 1
./coralmux-conformance diff --exact reports/reference-relay/report.json "$work/report.json"
