#!/usr/bin/env bash
# Checks that the harness works outside this repository, in both of its packaged forms: the tool package, installed from a
# folder, and the single file. Each verifies the reference relay that it contains, from an empty directory.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/packages" "$work/empty" "$work/home"

try() { # NAME PROGRAM...: a complete run, then commands that read other files of the suite
  local name=$1; shift
  (cd "$work/empty" && "$@" --version && "$@" verify --out "$work/$name" >"$work/$name.log" &&
    "$@" list --output json >/dev/null && "$@" explain PAIR-49 >/dev/null) ||
    { echo "$name: FAILED"; tail -n 20 "$work/$name.log"; return 1; }
  [ -z "$(ls -A "$work/empty")" ] || { echo "$name: left something in the working directory"; return 1; }
  echo "$name: $(tail -n 2 "$work/$name.log" | tr '\n' ' ')"
}

dotnet pack src/Harness -c Release -v quiet --nologo -o "$work/packages"
ls -l "$work/packages" | awk 'NR > 1 { print $NF, $5, "bytes" }'
# The folder is the only source, so that no other package can be installed.
printf '<configuration><packageSources><clear /><add key="local" value="%s" /></packageSources></configuration>' "$work/packages" >"$work/nuget.config"
dotnet tool install CoralMux.Conformance.Tool --tool-path "$work/tool" --configfile "$work/nuget.config" --verbosity quiet
try tool "$work/tool/coralmux-conformance"

deploy/publish-harness.sh linux-x64 "$work/single"
# Without .NET: neither a runtime nor dotnet on the PATH.
try single-file env -i HOME="$work/home" PATH=/nonexistent "$work/single/coralmux-conformance"
