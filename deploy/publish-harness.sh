#!/usr/bin/env bash
# Makes the harness a program that runs without .NET on the machine: deploy/publish-harness.sh [RID] [DIRECTORY]
# RID is a .NET platform name (linux-x64 if none is given). DIRECTORY, by default out/RID-harness, gets the single file
# coralmux-conformance, and next to it suite/ (specification, schemas, features) and relay/ (the reference relay, also a
# single file). Keep the three together. Exit 3: the files that .NET needs for that platform cannot be restored here.
set -euo pipefail
caller=$PWD
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

rid=${1:-linux-x64}
[ $# -le 2 ] && [[ $rid =~ ^[a-z0-9.-]+-(x64|x86|arm64|arm)$ ]] || {
  echo "usage: deploy/publish-harness.sh [RID] [DIRECTORY]; RID is for example linux-x64, linux-arm64, win-x64 or osx-arm64" >&2
  exit 2
}
case ${2:-} in "") target=out/$rid-harness ;; /*) target=$2 ;; *) target=$caller/$2 ;; esac
deploy/publish.sh "$rid" "$PWD/out/$rid-relay" >/dev/null

# A separate build folder, so that a publish never changes bin/ and obj/. Not trimmed: steps and files are bound by
# reflection.
dotnet publish src/Harness -c Release -r "$rid" --self-contained --artifacts-path out/build-harness -o "$target" -v quiet --nologo \
  -p:PackAsTool=false -p:PublishSingleFile=true -p:EnableCompressionInSingleFile=true \
  -p:IncludeNativeLibrariesForSelfExtract=true -p:DebugType=embedded
mkdir -p "$target/relay"
cp "$(find "out/$rid-relay" -maxdepth 1 -name 'coralmux-relay*' -size +1M)" "$target/relay/"
file=$(find "$target" -maxdepth 1 -name 'coralmux-conformance*' -size +1M)
echo "$file $(wc -c <"$file") bytes"
