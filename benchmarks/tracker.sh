#!/usr/bin/env bash
# benchmarks/run tracker [SECONDS [ROUNDS]]: announces answered by "l7 bt track --udp" and by opentracker, alternating;
# the tracker on one core, the load on another. JAVA_CP names a class path to run from instead of the launcher's.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-5} rounds=${2:-5}
for program in opentracker taskset awk; do command -v "$program" >/dev/null || { echo "benchmarks: $program is missing" >&2; exit 1; }; done
. benchmarks/java.sh
chmod 755 "$work"
cpu() { awk -v t="$ticks" '{sub(/^.*\) /, ""); print ($12 + $13) / t}' "/proc/$1/stat"; }
median() { awk -v c="$2" '{print $c}' "$1" | sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }

"$home/bin/javac" -d "$work" benchmarks/TrackerLoad.java
load() { taskset -c 1 "$home/bin/java" -XX:+UseSerialGC -cp "$work" TrackerLoad "$@"; }
load hashes >"$work/allowed" # the whitelist build answers listed torrents alone; ours is given the same list

taskset -c 0 "$home/bin/java" --enable-native-access=ALL-UNNAMED --add-exports=java.base/sun.nio.ch=ALL-UNNAMED -XX:+UseSerialGC -Xmx512m ${BENCH_JAVA_OPTS:-} -cp "$JAVA_CP" io.l7.cli.main.Main \
  bt track --listen 127.0.0.1:0 --udp 127.0.0.1:0 --allow "$work/allowed" >"$work/l7.out" 2>&1 & pids+=($!); l7_pid=$!
for _ in $(seq 300); do grep -q '^ready tracker-udp' "$work/l7.out" && break; read -rt 0.1 <> <(:) || true; done
l7_port=$(sed -n 's/^ready tracker-udp .*:\([0-9]*\)$/\1/p' "$work/l7.out")
[ -n "$l7_port" ] || { echo "benchmarks: not ready: $(cat "$work/l7.out")" >&2; exit 1; }
port=$((l7_port > 40000 ? l7_port - 9000 : l7_port + 9000))
# Started by root it changes its root to the folder and goes on as nobody.
taskset -c 0 opentracker -i 127.0.0.1 -p "$port" -P "$port" -d "$work" -u nobody -w allowed >"$work/opentracker.out" 2>&1 & pids+=($!); opentracker_pid=$!

one() { # PID PORT: "answers/s cpu-seconds-per-100,000"
  local before after answers
  before=$(cpu "$1"); answers=$(load "$2" "$seconds"); after=$(cpu "$1")
  awk -v b="$before" -v a="$after" -v n="$answers" -v s="$seconds" 'BEGIN {printf "%.0f %.3f\n", n / s, (a - b) / n * 1e5}'
}
one "$l7_pid" "$l7_port" >/dev/null; one "$opentracker_pid" "$port" >/dev/null # past compilation, tables filled
for ((i = 0; i < rounds; i++)); do
  one "$opentracker_pid" "$port" >>"$work/opentracker.rows"
  one "$l7_pid" "$l7_port" >>"$work/l7.rows"
done
printf '| UDP announces | answers/s | CPU s for 100,000 |\n| --- | --- | --- |\n'
for name in opentracker l7; do printf '| %s | %s | %s |\n' "$name" "$(median "$work/$name.rows" 1)" "$(median "$work/$name.rows" 2)"; done
paste -d' ' "$work/opentracker.rows" "$work/l7.rows" | awk '{printf "%.3f\n", $2 / $4}' | sort -n |
  awk '{v[NR] = $1} END {printf "answers a CPU second, l7 : opentracker: median %.2f of %d rounds, %.2f to %.2f\n", v[int((NR + 1) / 2)], NR, v[1], v[NR]}'
