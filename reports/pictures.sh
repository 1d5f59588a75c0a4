#!/usr/bin/env bash
# Draws docs/images: the terminal output of two real runs, one of a relay that conforms and one of a relay whose phones may
# send one message more than it claims. Needs node and script (util-linux). Given a file that script has recorded of a
# conformant run, as remake.sh does, it draws that run instead of making a new one.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
relay=
trap 'rm -rf "$work"; if [ -n "$relay" ]; then kill "$relay"; fi' EXIT
export TERM=xterm-256color

for project in Harness ReferenceRelay; do
  dotnet build "src/$project" -c Release -v q
done >/dev/null

# shot COMMAND FILE: runs it on a terminal and records the output; the exit code does not matter.
shot() { script -qc "stty cols 116; src/Harness/bin/Release/net10.0/$1" "$2" </dev/null >/dev/null; }

conformant=${1:-$work/conformant}
[ -e "$conformant" ] || shot 'coralmux-conformance verify' "$conformant"
node reports/picture.mjs 'coralmux-conformance verify' <"$conformant" >docs/images/verify.svg

export CORALMUX_ADMIN_KEY=of-this-picture
mkfifo "$work/said"
src/ReferenceRelay/bin/Release/net10.0/coralmux-relay -addr 127.0.0.1:0 -admin-key "$CORALMUX_ADMIN_KEY" -db :memory: \
  -rate-phone 31 >"$work/said" 2>"$work/log" &
relay=$!
read -r _ _ url <"$work/said"
failing="coralmux-conformance verify ws${url#http}/ws --scenario limits/the-phone-s-first-message-beyond-its-burst-is-refused"
shot "$failing" "$work/failing"
node reports/picture.mjs "$failing" <"$work/failing" >docs/images/verify-failure.svg
