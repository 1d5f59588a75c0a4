#!/usr/bin/env bash
# Makes the relay one file that runs without .NET on the machine: deploy/publish.sh [RID] [DIRECTORY]
# RID is a .NET platform name (linux-x64 if none is given); the file is DIRECTORY/coralmux-relay, by default in out/RID.
# Exit 3: the files that .NET needs for that platform cannot be restored here.
set -euo pipefail
caller=$PWD
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

rid=${1:-linux-x64}
[ $# -le 2 ] && [[ $rid =~ ^[a-z0-9.-]+-(x64|x86|arm64|arm)$ ]] || {
  echo "usage: deploy/publish.sh [RID] [DIRECTORY]; RID is for example linux-x64, linux-musl-x64, linux-arm64, win-x64 or osx-arm64" >&2
  exit 2
}
command -v dotnet >/dev/null || { echo "publish.sh: dotnet is not on the PATH; install the .NET SDK that global.json names" >&2; exit 2; }

case ${2:-} in "") target=out/$rid ;; /*) target=$2 ;; *) target=$caller/$2 ;; esac
build=out/build
project=src/ReferenceRelay/CoralMux.ReferenceRelay.csproj
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# A separate build folder, so that a publish never changes bin/ and obj/.
if ! dotnet restore "$project" -p:RuntimeIdentifier="$rid" --artifacts-path "$build" >"$log" 2>&1; then
  if grep -qE 'NU1101|NU1102|NU1301|NETSDK1083|NETSDK1203' "$log"; then
    echo "publish.sh: the files that .NET needs for '$rid' cannot be restored here:" >&2
    grep -oE '(NU1101|NU1102|NU1301|NETSDK1083|NETSDK1203): .*' "$log" | sed 's/ \[[^][]*\]$//' | sort -u | head -n 5 >&2
    exit 3
  fi
  cat "$log" >&2
  exit 1
fi

dotnet publish "$project" -c Release -r "$rid" --no-restore --artifacts-path "$build" -o "$target" -v quiet --nologo
file=$(find "$target" -maxdepth 1 -name 'coralmux-relay*' -size +1M)
echo "$file $(wc -c <"$file") bytes"
