#!/usr/bin/env bash
# benchmarks/run bt [ROUNDS]: one file from a seed to a leech over loopback, ours and libtorrent alternating.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rounds=${1:-3} mib=${L7_BENCH_MIB:-1024}
l7=${L7:-$here/../l7}
python=${PYTHON:-/usr/bin/python3}
for program in cmp awk; do command -v "$program" >/dev/null || { echo "benchmarks: $program is missing" >&2; exit 1; }; done
"$python" -c 'import libtorrent' || { echo "benchmarks: python3-libtorrent is missing" >&2; exit 1; }

work=$(mktemp -d -p "${L7_BENCH_DIR:-/dev/shm}")
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; rm -rf "$work"' EXIT
mkdir "$work/src"
head -c "${mib}M" /dev/urandom >"$work/src/data.bin"
$l7 bt create "$work/src/data.bin" -o "$work/x.torrent" --tracker http://127.0.0.1:9/announce --piece-length 1MiB >/dev/null
ticks=$(getconf CLK_TCK)
cpu() { awk -v t="$ticks" '{sub(/^.*\) /, ""); print ($12 + $13) / t}' "/proc/$1/stat"; }
median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
ready() { # FILE WORD: waits for a line that begins so
  for _ in $(seq 600); do grep -q "^ready" "$1" 2>/dev/null && return; read -rt 0.1 <> <(:) || true; done
  echo "benchmarks: not ready: $(cat "$1")" >&2; exit 1
}

# Each prints "wall seed-cpu leech-cpu": wall is the whole leech process, the seed's cpu without its start and check.
one() { # NAME; seed and leech of that program
  local name=$1 port out=$work/out.$1 before after line
  rm -rf "$work/dst" "$out"; mkdir "$work/dst"
  if [ "$name" = l7 ]; then
    $l7 bt seed "$work/x.torrent" -d "$work/src" >"$out" 2>"$work/seed.err" & pids+=($!)
    ready "$out"; port=$(sed -n 's/^ready peer .*:\([0-9]*\)$/\1/p' "$out")
    set -- $l7 bt get "$work/x.torrent" -d "$work/dst" --peer "127.0.0.1:$port"
  else
    "$python" "$here/lt_peer.py" seed "$work/x.torrent" "$work/src" 0 >"$out" 2>"$work/seed.err" & pids+=($!)
    ready "$out"; port=$(sed -n 's/^ready //p' "$out")
    set -- "$python" "$here/lt_peer.py" get "$work/x.torrent" "$work/dst" 0 127.0.0.1 "$port"
  fi
  local seed=${pids[-1]}
  before=$(cpu "$seed")
  line=$( { TIMEFORMAT='%R %U %S'; time "$@" >/dev/null 2>"$work/get.err"; } 2>&1)
  after=$(cpu "$seed")
  cmp "$work/src/data.bin" "$work/dst/data.bin" >&2
  kill "$seed"; wait "$seed" 2>/dev/null || true
  awk -v b="$before" -v a="$after" -v g="$mib" '{printf "%.2f %.2f %.2f\n", $1, (a - b) * 1024 / g, ($2 + $3) * 1024 / g}' <<<"$line"
}
for ((i = 0; i < rounds; i++)); do
  one libtorrent >>"$work/libtorrent.rows"
  one l7 >>"$work/l7.rows"
done
printf '| %s MiB over loopback | wall s | seed CPU s/GiB | leech CPU s/GiB | both |\n| --- | --- | --- | --- | --- |\n' "$mib"
for name in libtorrent l7; do
  printf '| %s | %s | %s | %s | %s |\n' "$name" "$(awk '{print $1}' "$work/$name.rows" | median)" \
    "$(awk '{print $2}' "$work/$name.rows" | median)" "$(awk '{print $3}' "$work/$name.rows" | median)" \
    "$(awk '{print $2 + $3}' "$work/$name.rows" | median)"
done
paste -d' ' "$work/libtorrent.rows" "$work/l7.rows" | awk '{printf "ratios round %d: wall %.2f, cpu %.2f\n", NR, $4 / $1, ($5 + $6) / ($2 + $3)}'
