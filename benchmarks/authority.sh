#!/usr/bin/env bash
# The authority of "l7 dns serve" beside NSD: questions, loading, signing, updates, a large transfer.
# benchmarks/run authority [SECONDS [ROUNDS [PARTS]]]; PARTS: a pattern that picks from questions load sign updates axfr.
# The root zone and the questions come from ../shared/conformance/dns (ROOT_ZONE and QUESTIONS name others); JAVA_CP names a class path to run
# from instead of the launcher's.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-5} rounds=${2:-3} parts=${3:-.}
for program in dnsperf nsd dig taskset awk; do command -v "$program" >/dev/null || { echo "benchmarks: $program is missing" >&2; exit 1; }; done
. benchmarks/java.sh
above=$(git rev-parse --path-format=absolute --git-common-dir)/../..
zcat "${ROOT_ZONE:-$(ls "$above"/shared/conformance/dns/root/root.zone.*.gz | tail -1)}" >"$work/root.zone"
zcat "${QUESTIONS:-$above/shared/conformance/dns/queries/root-queries-49k.txt.gz}" >"$work/questions"
echo 'key "k" { algorithm hmac-sha256; secret "MDEyMzQ1Njc4OWFiY2RlZg=="; };' >"$work/k.key"
l7="$home/bin/java --enable-native-access=ALL-UNNAMED --add-exports=java.base/sun.nio.ch=ALL-UNNAMED -XX:+UseSerialGC ${BENCH_JAVA_OPTS:-} -cp $JAVA_CP io.l7.cli.main.Main"

started() { # FILE: waits for the ready line, prints the port
  for _ in $(seq 600); do
    awk '$1 == "ready" && $2 == "dns" {sub(/.*:/, "", $3); print $3; found = 1; exit} END {exit !found}' "$1" && return
    read -rt 0.1 <> <(:) || true
  done
  echo "benchmarks: no ready line in $1" >&2; exit 1
}
stop() { kill "$1" && wait "$1" 2>/dev/null || true; }
cpu() { awk -v t="$ticks" '{sub(/^.*\) /, ""); print ($12 + $13) / t}' "/proc/$1/stat"; }
family() { echo "$1"; for child in $(pgrep -P "$1" || true); do family "$child"; done; } # NSD forks, and its children do
cpus() { local sum=0; for pid in $(family "$1"); do sum=$(awk -v a="$sum" -v b="$(cpu "$pid")" 'BEGIN {print a + b}'); done; echo "$sum"; }
timed() { # COMMAND...: wall and processor seconds
  local TIMEFORMAT='%R %U %S'
  { time "$@" >"$work/timed.out" 2>"$work/timed.err"; } 2>&1 | awk '{printf "%.2f s of wall, %.2f s of processor\n", $1, $2 + $3}'
}

questions() {
  taskset -c 0 $l7 dns serve --listen 127.0.0.1:0 --zone ".=$work/root.zone" >"$work/l7.out" 2>&1 & pids+=($!); local l7_pid=$!
  local l7_port; l7_port=$(started "$work/l7.out")
  local nsd_port=$((l7_port > 40000 ? l7_port - 9000 : l7_port + 9000))
  cat >"$work/nsd.conf" <<CONF
server:
  ip-address: 127.0.0.1
  port: $nsd_port
  username: ""
  zonesdir: "$work"
  database: ""
  zonelistfile: "$work/zone.list"
  xfrdfile: "$work/xfrd.state"
  pidfile: "$work/nsd.pid"
  logfile: "$work/nsd.log"
  server-count: 1
  rrl-ratelimit: 0
  rrl-whitelist-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: "."
  zonefile: "root.zone"
CONF
  taskset -c 0 nsd -d -c "$work/nsd.conf" >"$work/nsd.out" 2>&1 & pids+=($!); local nsd_pid=$!
  for _ in $(seq 200); do dig +time=1 +tries=1 +short @127.0.0.1 -p "$nsd_port" . SOA | grep -q . && break; done
  one() { # PID PORT SECONDS: prints "answers/cpu-second lost"
    local before after out; before=$(cpus "$1")
    out=$(taskset -c 1 dnsperf -s 127.0.0.1 -p "$2" -d "$work/questions" -c 16 -T 1 -q 100 -l "$3" -e 2>/dev/null)
    after=$(cpus "$1")
    awk -v b="$before" -v a="$after" '/Queries completed/ {n = $3} /Queries lost/ {l = $3} END {printf "%.0f %s\n", n / (a - b), l}' <<<"$out"
  }
  one "$l7_pid" "$l7_port" "$((seconds * 2))" >/dev/null # past compilation
  one "$nsd_pid" "$nsd_port" 2 >/dev/null
  printf '| round | NSD | l7 | ratio |\n| --- | --- | --- | --- |\n'
  : >"$work/rows"
  local n l nl ll round
  for ((round = 1; round <= rounds; round++)); do
    read -r n nl < <(one "$nsd_pid" "$nsd_port" "$seconds")
    read -r l ll < <(one "$l7_pid" "$l7_port" "$seconds")
    printf '| %s | %s | %s | %s |\n' "$round" "$n" "$l" "$(awk -v a="$l" -v b="$n" 'BEGIN {printf "%.2f", a / b}')"
    echo "$n $l" >>"$work/rows"
    [ "$nl$ll" = 00 ] || echo "lost: NSD $nl, l7 $ll" >&2
  done
  awk '{print $2 / $1}' "$work/rows" | sort -n | awk '{v[NR] = $1} END {printf "median ratio %.2f\n", v[int((NR + 1) / 2)]}'
  stop "$l7_pid"; stop "$nsd_pid"
}

load() { # the time to the ready line with the root zone, less that with an empty one
  printf '$TTL 300\n@ SOA ns a 1 1 1 1 1\n@ NS ns\nns A 192.0.2.1\n' >"$work/empty.zone"
  local zone start end
  for zone in empty root empty root empty root; do
    start=$(date +%s%N)
    if [ "$zone" = root ]; then args=".=$work/root.zone"; else args="empty.=$work/empty.zone"; fi
    : >"$work/load.out"
    ${L7:-$l7} dns serve --listen 127.0.0.1:0 --zone "$args" >"$work/load.out" 2>&1 & pids+=($!); local pid=$!
    while ! grep -q ready "$work/load.out"; do read -rt 0.01 <> <(:) || true; done
    end=$(date +%s%N)
    echo "$zone zone: ready after $(((end - start) / 1000000)) ms, $(cpu "$pid") s of processor"
    stop "$pid"
  done
}

sign() {
  local algorithm
  for algorithm in ECDSAP256SHA256 ED25519; do
    mkdir -p "$work/keys.$algorithm"
    echo "sign the root zone, $algorithm: $(timed ${L7:-$l7} dns zone sign ".=$work/root.zone" --keys "$work/keys.$algorithm" -o "$work/signed.zone" --algorithm "$algorithm")"
    grep -q . "$work/signed.zone"
  done
}

updates() { # journalled, signed with TSIG, over UDP, one record each
  printf '$TTL 300\n@ SOA ns a 1 3600 600 86400 60\n@ NS ns\nns A 192.0.2.1\n' >"$work/u.zone"
  $l7 dns serve --listen 127.0.0.1:0 --zone "u.test=$work/u.zone" --allow-update "$work/k.key" >"$work/u.out" 2>&1 & pids+=($!); local pid=$!
  local port; port=$(started "$work/u.out")
  for ((round = 1; round <= rounds; round++)); do # names of its own, so that every update changes the zone
    seq "$((seconds * 25000))" | awk -v r="$round" '{printf "u.test\nadd h%d-%d 60 A 10.0.0.1\nsend\n", r, $1}' >"$work/updates"
    dnsperf -u -s 127.0.0.1 -p "$port" -d "$work/updates" -y "hmac-sha256:k:MDEyMzQ1Njc4OWFiY2RlZg==" -c 16 -T 1 -q 400 -l "$seconds" 2>/dev/null |
      awk '/Updates completed/ {n = $3} /Updates lost/ {l = $3} /Updates per second/ {r = $4} /Response codes/ {c = $0} END {printf "updates a second: %.0f (lost %s; %s)\n", r, l, c}'
  done
  dig +short @127.0.0.1 -p "$port" u.test SOA
  stop "$pid"
}

axfr() { # a million records out of one process into another
  { printf '$TTL 300\n@ SOA ns a 1 3600 600 86400 60\n@ NS ns\nns A 192.0.2.1\n'; seq -f 'h%07.0f A 10.0.0.1' 1 1000000; } >"$work/m.zone"
  $l7 dns serve --listen 127.0.0.1:0 --zone "m.test=$work/m.zone" --allow-transfer 127.0.0.0/8 >"$work/m.out" 2>&1 & pids+=($!); local primary=$!
  local port; port=$(started "$work/m.out")
  heap() { "$home/bin/jcmd" "$1" GC.run >/dev/null; "$home/bin/jcmd" "$1" GC.heap_info | grep -oE 'used [0-9]+K' | awk '{s += substr($2, 1, length($2) - 1)} END {printf "%.0f MB", s / 1024}'; }
  rss() { awk '/VmHWM/ {printf "%.0f MB", $2 / 1024}' "/proc/$1/status"; }
  echo "primary with the zone loaded: heap $(heap "$primary"), resident at most $(rss "$primary")"
  echo "dig AXFR: $(timed dig @127.0.0.1 -p "$port" m.test AXFR +tcp +noall +stats)"; tail -3 "$work/timed.out"
  echo "primary after it: heap $(heap "$primary"), resident at most $(rss "$primary")"
  local start; start=$(date +%s%N)
  $l7 dns serve --listen 127.0.0.1:0 --secondary "m.test=127.0.0.1:$port" >"$work/s.out" 2>&1 & pids+=($!); local secondary=$!
  local at; at=$(started "$work/s.out")
  until dig +short +time=1 +tries=1 @127.0.0.1 -p "$at" h1000000.m.test | grep -q 10.0.0.1; do read -rt 0.05 <> <(:) || true; done
  echo "secondary serves after $((($(date +%s%N) - start) / 1000000)) ms: heap $(heap "$secondary"), resident at most $(rss "$secondary")"
  stop "$secondary"; stop "$primary"
}

for part in questions load sign updates axfr; do
  if [[ $part =~ $parts ]]; then
    echo "== $part"
    "$part"
  fi
done
