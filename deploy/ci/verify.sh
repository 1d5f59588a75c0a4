#!/usr/bin/env bash
# What both CIs run. From the environment: URL or a TARGET that has one, and optionally KNOWN_FAILURES, STRICT=true, OUT,
# CORALMUX_ADMIN_KEY or CORALMUX_TOKENS, and CORALMUX_CONFORMANCE_PROGRAM (otherwise this checkout is built and run).
# Exits as the harness does.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
[ -n "${URL:-}${TARGET:-}" ] || { echo "verify.sh: set URL, such as ws://127.0.0.1:8080/ws, or TARGET to a target description." >&2; exit 2; }
: "${OUT:=conformance-report}"
[ -n "${CORALMUX_ADMIN_KEY:-}" ] || unset CORALMUX_ADMIN_KEY
[ -n "${CORALMUX_TOKENS:-}" ] || unset CORALMUX_TOKENS

arguments=(verify)
[ -z "${URL:-}" ] || arguments+=("$URL")
arguments+=(--out "$OUT")
[ -z "${TARGET:-}" ] || arguments+=(--target "$TARGET")
[ -z "${KNOWN_FAILURES:-}" ] || arguments+=(--known-failures "$KNOWN_FAILURES")
[ "${STRICT:-false}" != true ] || arguments+=(--strict)

# What an earlier run left must not be taken for this one's.
rm -f "$OUT"/{report.json,report.html,junit.xml,cucumber.ndjson,summary.md,badge.svg}
"${CORALMUX_CONFORMANCE_PROGRAM:-$root/coralmux-conformance}" "${arguments[@]}"
code=$?
[ -z "${GITHUB_STEP_SUMMARY:-}" ] || [ ! -f "$OUT/summary.md" ] || cat "$OUT/summary.md" >>"$GITHUB_STEP_SUMMARY"
[ -z "${GITHUB_OUTPUT:-}" ] || echo "exit-code=$code" >>"$GITHUB_OUTPUT"
exit "$code"
