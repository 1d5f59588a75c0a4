#!/usr/bin/env bash
# Builds the relay as one self-contained file: publish.sh [RUNTIME] [DIRECTORY]
# RUNTIME is linux-x64 unless given; others (linux-arm64, osx-arm64, win-x64) work where their runtime packs can be restored.
set -euo pipefail
runtime="${1:-linux-x64}"
root="$(cd "$(dirname "$0")/.." && pwd)"
target="${2:-$root/out/relay-$runtime}"
dotnet publish "$root/src/ReferenceRelay" -c Release -r "$runtime" --self-contained -o "$target" -v quiet --nologo \
  -p:PublishSingleFile=true -p:PublishTrimmed=true -p:EnableCompressionInSingleFile=true \
  -p:IncludeNativeLibrariesForSelfExtract=true -p:DebugType=none -p:PublishReadyToRun=false
ls -l "$target"/coralmux-relay*
