#!/usr/bin/env bash
# benchmarks/run recheck [ROUNDS [MIB...]]: content of so many MiB in two files, hashed by two processes of openssl, one a
# file, and by `l7 bt verify`, whose threads are two as well on two cores; alternating, from a RAM disk.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rounds=${1:-5}
shift || true
[ $# -gt 0 ] || set -- 1024 4096
l7=${L7:-$here/../l7}
for program in openssl awk; do command -v "$program" >/dev/null || { echo "benchmarks: $program is missing" >&2; exit 1; }; done
$l7 --version >/dev/null

work=$(mktemp -d -p "${L7_BENCH_DIR:-/dev/shm}")
trap 'rm -rf "$work"' EXIT
median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
TIMEFORMAT='%R %U %S'
row() { # NAME FILE
  printf '| %s | %s | %s |\n' "$1" "$(awk '{print $1}' "$work/$2" | median)" "$(awk '{print $2}' "$work/$2" | median)"
}

for mib in "$@"; do
  rm -rf "$work"/*
  mkdir "$work/content"
  for half in a b; do
    openssl enc -aes-128-ctr -pass "pass:$half" -nosalt -pbkdf2 </dev/zero 2>/dev/null |
      head -c "$((mib / 2))M" >"$work/content/$half" || true
  done
  $l7 bt create "$work/content" -o "$work/x.torrent" --tracker http://127.0.0.1:9/announce --piece-length 1MiB >/dev/null
  bytes=$((mib << 20))
  for ((i = 0; i < rounds; i++)); do
    line=$( { time { openssl sha1 "$work/content/a" >/dev/null & openssl sha1 "$work/content/b" >/dev/null & wait; }; } 2>&1 | tail -1)
    awk -v n="$bytes" '{printf "%.3f %.2f\n", n / $1 / 1e9, $2 + $3}' <<<"$line" >>"$work/openssl"
    line=$( { time $l7 bt verify --json "$work/x.torrent" -d "$work" >"$work/out"; } 2>&1)
    grep -q '"complete":true' "$work/out"
    awk -v n="$bytes" '{printf "%.3f %.2f\n", n / $1 / 1e9, $2 + $3}' <<<"$line" >>"$work/process"
    sed -n 's/.*"seconds":\([0-9.]*\).*/\1/p' "$work/out" | awk -v n="$bytes" '{printf "%.3f -\n", n / $1 / 1e9}' >>"$work/inside"
  done
  printf '| recheck of %s MiB | GB/s on all cores | CPU s |\n| --- | --- | --- |\n' "$mib"
  row "openssl sha1, two processes" openssl
  row "l7 bt verify, the whole process" process
  row "l7 bt verify, without the JVM's start" inside
  paste -d' ' "$work/openssl" "$work/process" "$work/inside" |
    awk '{printf "round %d: whole %.2f, without the start %.2f\n", NR, $3 / $1, $5 / $1}'
  echo
done
