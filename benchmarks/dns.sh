#!/usr/bin/env bash
# Cache hits of "l7 dns serve" beside Unbound and beside an echo in Java, alternating; the server on one core, dnsperf on another.
# benchmarks/run dns [SECONDS [ROUNDS [NAMES]]]; counts answers a second of the server's processor time, user and system.
# JAVA_CP names a class path to run from instead of the launcher's.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-5} rounds=${2:-3} names=${3:-2000}
for program in dnsperf unbound dig taskset awk; do command -v "$program" >/dev/null || { echo "benchmarks: $program is missing" >&2; exit 1; }; done
. benchmarks/java.sh

{
  printf '$TTL 86400\n@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns\nns A 127.0.0.1\n'
  for ((i = 0; i < names; i++)); do echo "host$i A 10.$((i / 65536)).$((i / 256 % 256)).$((i % 256))"; done
} >"$work/zone"
for ((i = 0; i < names; i++)); do echo "host$i.bench.example A"; done | shuf --random-source=<(yes) >"$work/queries"

started() { # FILE PROTOCOL: waits for the ready line, prints the port
  for _ in $(seq 600); do
    awk -v p="$2" '$1 == "ready" && $2 == p {sub(/.*:/, "", $3); print $3; found = 1; exit} END {exit !found}' "$1" && return
    read -rt 0.1 <> <(:) || true
  done
  echo "benchmarks: no ready line in $1" >&2; exit 1
}
java="$home/bin/java --enable-native-access=ALL-UNNAMED --add-exports=java.base/sun.nio.ch=ALL-UNNAMED -XX:+UseSerialGC -Xmx512m ${BENCH_JAVA_OPTS:-} -cp $JAVA_CP"
$java io.l7.cli.main.Main dns serve --listen 127.0.0.1:0 --zone "bench.example=$work/zone" >"$work/zone.out" 2>&1 & pids+=($!)
zone_port=$(started "$work/zone.out" dns)
echo '. 3600 NS a.invalid.
a.invalid. 3600 A 127.0.0.1' >"$work/hints"
taskset -c 0 $java io.l7.cli.main.Main dns serve --listen 127.0.0.1:0 --root-hints "$work/hints" \
  --with LOOPBACK_SERVERS --stub-zone "bench.example=127.0.0.1:$zone_port" >"$work/l7.out" 2>&1 & pids+=($!); l7_pid=$!
taskset -c 0 $java benchmarks/UdpEcho.java bursts >"$work/bursts.out" 2>&1 & pids+=($!); bursts_pid=$!
taskset -c 0 $java benchmarks/UdpEcho.java channels >"$work/channels.out" 2>&1 & pids+=($!); channels_pid=$!
l7_port=$(started "$work/l7.out" dns) bursts_port=$(started "$work/bursts.out" echo) channels_port=$(started "$work/channels.out" echo)
unbound_port=$((zone_port > 40000 ? zone_port - 9000 : zone_port + 9000))
cat >"$work/unbound.conf" <<CONF
server:
  interface: 127.0.0.1
  port: $unbound_port
  num-threads: 1
  do-daemonize: no
  chroot: ""
  username: ""
  directory: "$work"
  pidfile: "$work/unbound.pid"
  use-syslog: no
  logfile: "$work/unbound.log"
  module-config: "iterator"
  do-not-query-localhost: no
  so-rcvbuf: 4m
  msg-cache-size: 64m
  rrset-cache-size: 128m
  access-control: 127.0.0.0/8 allow
stub-zone:
  name: "bench.example"
  stub-addr: 127.0.0.1@$zone_port
remote-control:
  control-enable: no
CONF
taskset -c 0 unbound -d -c "$work/unbound.conf" >"$work/unbound.out" 2>&1 & pids+=($!); unbound_pid=$!
for port in $l7_port $unbound_port; do
  for _ in $(seq 200); do dig +time=1 +tries=1 +short @127.0.0.1 -p "$port" host1.bench.example >/dev/null 2>&1 && break; done
done
cmp <(dig +noall +answer +nottlid @127.0.0.1 -p "$l7_port" host7.bench.example) <(dig +noall +answer +nottlid @127.0.0.1 -p "$unbound_port" host7.bench.example)

cpu() { awk -v t="$ticks" '{sub(/^.*\) /, ""); print ($12 + $13) / t}' "/proc/$1/stat"; }
one() { # PID PORT SECONDS: prints "answers/cpu-second answers/s lost"
  local before after out; before=$(cpu "$1")
  out=$(taskset -c 1 dnsperf -s 127.0.0.1 -p "$2" -d "$work/queries" -c 16 -T 1 -q 100 -l "$3" 2>/dev/null)
  after=$(cpu "$1")
  awk -v b="$before" -v a="$after" '/Queries completed/ {n = $3} /Queries lost/ {l = $3} /Queries per second/ {r = $4}
    END {printf "%.0f %.0f %s\n", n / (a - b), r, l}' <<<"$out"
}
for pair in "$l7_pid $l7_port" "$bursts_pid $bursts_port" "$channels_pid $channels_port"; do # past compilation
  one $pair "$((seconds * 2))" >/dev/null
done
one "$unbound_pid" "$unbound_port" 2 >/dev/null
printf '| round | Unbound | l7 | ratio | echo in bursts | echo by channels |\n| --- | --- | --- | --- | --- | --- |\n'
for ((round = 1; round <= rounds; round++)); do
  read -r u _ ul < <(one "$unbound_pid" "$unbound_port" "$seconds")
  read -r l lr ll < <(one "$l7_pid" "$l7_port" "$seconds")
  read -r e _ _ < <(one "$bursts_pid" "$bursts_port" "$seconds")
  read -r c _ _ < <(one "$channels_pid" "$channels_port" "$seconds")
  printf '| %s | %s | %s | %s | %s | %s |\n' "$round" "$u" "$l" "$(awk -v a="$l" -v b="$u" 'BEGIN {printf "%.2f", a / b}')" "$e" "$c"
  echo "$u $l" >>"$work/rows"
  [ "$ul$ll" = 00 ] || echo "lost: Unbound $ul, l7 $ll" >&2
done
awk '{print $2 / $1}' "$work/rows" | sort -n | awk '{v[NR] = $1} END {printf "median ratio %.2f\n", v[int((NR + 1) / 2)]}'
