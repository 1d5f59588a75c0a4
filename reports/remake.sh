#!/usr/bin/env bash
# Writes reports/reference-relay again: the current report of the reference relay. The transcripts are not kept.
set -euo pipefail
cd "$(dirname "$0")/.."
shown=$(mktemp)
trap 'rm -f "$shown"' EXIT
dotnet build src/Harness -c Release -v q
TERM=xterm-256color script -qec "stty cols 116; src/Harness/bin/Release/net10.0/coralmux-conformance verify --out reports/reference-relay" "$shown" </dev/null
rm -r reports/reference-relay/transcripts reports/reference-relay/junit.xml reports/reference-relay/cucumber.ndjson
# The pictures of docs/images; one of them shows this run.
reports/pictures.sh "$shown"
# The table of useless relays (reports/useless-relays.md and .json), which dotnet test compares.
CORALMUX_REMAKE=1 dotnet test tests/Harness.Tests -c Release --filter "FullyQualifiedName~UselessTableTests"
