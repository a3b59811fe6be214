#!/usr/bin/env bash
# From the start of "l7 http serve" to the first 200, by a client that asks all the while; several starts.
set -euo pipefail
starts=${1:-7} seconds=0 rounds=0 rows=.
. benchmarks/beside.sh
needs python3
files 1k
for ((i = 0; i <= starts; i++)); do # the first one only fills the page cache
  python3 - "$work/site" "$work/logs/out" "$i" ${L7:-./l7} <<'PY'
import socket, subprocess, sys, time
site, log, number, *launcher = sys.argv[1:]
began = time.monotonic()
server = subprocess.Popen([*launcher, "http", "serve", site, "--listen", "127.0.0.1:18162"], stdout=open(log, "a"), stderr=subprocess.STDOUT)
while True:
    try:
        one = socket.create_connection(("127.0.0.1", 18162))
        break
    except ConnectionRefusedError:
        time.sleep(0.001)
one.sendall(b"GET /1k.bin HTTP/1.1\r\nHost: a\r\n\r\n")
assert one.recv(4096).startswith(b"HTTP/1.1 200 ")
took = time.monotonic() - began
server.terminate()
server.wait()
if number != "0":
    print(f"{took * 1000:.0f}")
PY
done | sort -n | awk '{v[NR] = $1} END {printf "start to first 200: median %d ms, shortest %d ms, longest %d ms (%d starts)\n", v[int((NR + 1) / 2)], v[1], v[NR], NR}'
