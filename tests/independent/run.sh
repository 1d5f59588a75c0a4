#!/usr/bin/env bash
# Second opinions from other people's code: ajv, node:crypto, @asyncapi/parser, @redocly/cli, saxes,
# @cucumber/html-formatter, hdr-histogram-js; and the suite's verdict on a relay as deployed, on the library ws.
# Needs node 20.19 or later, npm and the .NET SDK. Prints a line for each stage; exits non-zero if any failed.
set -uo pipefail
cd "$(dirname "$0")"
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# stage NAME COMMAND…: shows the output of the command; a quiet stage shows it only if it failed.
stage() {
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $name"
  fi
}

quietly() { "$@" >"$work/log" 2>&1 || { cat "$work/log"; return 1; }; }

install() { quietly npm ci --no-audit --no-fund && echo "npm ci: $(ls node_modules/.bin | wc -l) tools installed"; }

generate() {
  mkdir "$work/corpus" &&
    CORALMUX_CORPUS="$work/corpus" quietly dotnet run --project ../Harness.Tests -c Release -- \
      -class CoralMux.Harness.Tests.Protocol.Generated.GeneratedDocumentTests &&
    echo "generated: $(cat "$work/corpus"/*.jsonl | wc -l) documents, judged by the harness"
}

reports() {
  mkdir "$work/reports" &&
    CORALMUX_HOSTILE_REPORTS="$work/reports" quietly dotnet run --project ../Harness.Tests -c Release -- \
      -class CoralMux.Harness.Tests.Reports.ReportFilesTests &&
    node check-reports.mjs "$work/reports"
}

histograms() {
  # The exit code does not matter: only the files are judged.
  quietly dotnet run --project ../../src/Harness -c Release -- load steady --quick --out "$work/load"
  node check-histograms.mjs "$work/load"
}

openapi() { quietly npx --no-install redocly lint ../../spec/pairs/openapi.yaml && echo "openapi: accepted by @redocly/cli"; }

deployed() { (cd ../deployed && quietly npm ci --no-audit --no-fund && node check.mjs); }

stage "npm ci" install
[ "$failed" -eq 0 ] || exit 1
stage subset node check-subset.mjs
stage examples node check-examples.mjs
stage rules node check-rules.mjs
stage generated generate
stage corpus node check-corpus.mjs "$work/corpus"
stage vectors node check-vectors.mjs
stage asyncapi node check-asyncapi.mjs
stage openapi openapi
stage reports reports
stage histograms histograms
stage spec node check-spec-examples.mjs
stage deployed deployed

echo "independent judges: $passed stages passed, $failed failed"
[ "$failed" -eq 0 ]
