#!/usr/bin/env bash
# A load run in N shards with GNU parallel, then merged:
#   deploy/load/parallel.sh N OUT PROFILE URL [options of load…]
# The admin key is taken from CORALMUX_ADMIN_KEY. For several machines add parallel's --sshlogin and --return.
set -euo pipefail
[ $# -ge 4 ] || { sed -n '2,4p' "$0" | cut -c3- >&2; exit 2; }
count=$1 out=$2
shift 2
program=${CORALMUX_CONFORMANCE:-coralmux-conformance}
start=$(date -u -d "+${START_IN:-20} seconds" +%Y-%m-%dT%H:%M:%SZ)
mkdir -p "$out"
# The verdict of a shard does not count: merge judges the run. Each shard takes its index from PARALLEL_SEQ.
seq "$count" | parallel --will-cite -j "$count" -N1 -q $program load "$@" --shard "auto/$count" --start-at "$start" --out "$out/shard-{#}" || true
exec $program merge "$out"/shard-* --out "$out/whole"
