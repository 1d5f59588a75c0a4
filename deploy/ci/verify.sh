#!/usr/bin/env bash
# What both CIs run. From the environment: URL, and optionally TARGET, KNOWN_FAILURES, STRICT=true, OUT, CORALMUX_ADMIN_KEY.
# Exits as the harness does.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
: "${URL:?URL of the relay, such as ws://127.0.0.1:8080/ws}" "${OUT:=conformance-report}"
[ -n "${CORALMUX_ADMIN_KEY:-}" ] || unset CORALMUX_ADMIN_KEY

arguments=(verify "$URL" --out "$OUT")
[ -z "${TARGET:-}" ] || arguments+=(--target "$TARGET")
[ -z "${KNOWN_FAILURES:-}" ] || arguments+=(--known-failures "$KNOWN_FAILURES")
[ "${STRICT:-false}" != true ] || arguments+=(--strict)

# What an earlier run left must not be taken for this one's.
rm -f "$OUT"/{report.json,report.html,junit.xml,cucumber.ndjson,summary.md,badge.svg}
"$root/coralmux-conformance" "${arguments[@]}"
code=$?
[ -z "${GITHUB_STEP_SUMMARY:-}" ] || [ ! -f "$OUT/summary.md" ] || cat "$OUT/summary.md" >>"$GITHUB_STEP_SUMMARY"
[ -z "${GITHUB_OUTPUT:-}" ] || echo "exit-code=$code" >>"$GITHUB_OUTPUT"
exit "$code"
