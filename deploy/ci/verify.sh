#!/usr/bin/env bash
# Run by both CIs. From the environment: URL, or a TARGET that contains one; optionally KNOWN_FAILURES, STRICT=true, OUT,
# CORALMUX_ADMIN_KEY or CORALMUX_TOKENS, and CORALMUX_CONFORMANCE_PROGRAM (otherwise this checkout is built and run).
# The exit code is the harness's.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
[ -n "${URL:-}${TARGET:-}" ] || { echo "verify.sh: set URL, for example ws://127.0.0.1:8080/ws, or set TARGET to a target description." >&2; exit 2; }
: "${OUT:=conformance-report}"
[ -n "${CORALMUX_ADMIN_KEY:-}" ] || unset CORALMUX_ADMIN_KEY
[ -n "${CORALMUX_TOKENS:-}" ] || unset CORALMUX_TOKENS

arguments=(verify)
[ -z "${URL:-}" ] || arguments+=("$URL")
arguments+=(--out "$OUT")
[ -z "${TARGET:-}" ] || arguments+=(--target "$TARGET")
[ -z "${KNOWN_FAILURES:-}" ] || arguments+=(--known-failures "$KNOWN_FAILURES")
[ "${STRICT:-false}" != true ] || arguments+=(--strict)

# Reports of an earlier run must not be mistaken for this one's.
rm -f "$OUT"/{report.json,report.html,junit.xml,cucumber.ndjson,summary.md,badge.svg}
"${CORALMUX_CONFORMANCE_PROGRAM:-$root/coralmux-conformance}" "${arguments[@]}"
code=$?
[ -z "${GITHUB_STEP_SUMMARY:-}" ] || [ ! -f "$OUT/summary.md" ] || cat "$OUT/summary.md" >>"$GITHUB_STEP_SUMMARY"
[ -z "${GITHUB_OUTPUT:-}" ] || echo "exit-code=$code" >>"$GITHUB_OUTPUT"
exit "$code"
