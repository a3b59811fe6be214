#!/usr/bin/env bash
# What idle keep-alive connections of "l7 http serve" cost: each has had one answer and then says nothing.
set -euo pipefail
connections=${1:-10000}
command -v python3 >/dev/null || { echo "benchmarks: python3 is missing" >&2; exit 1; }
ulimit -n $((connections + 1000))
work=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; wait; rm -rf "$work"' EXIT
head -c 1024 /dev/urandom >"$work/1k.bin"
./l7 http serve "$work" --listen 127.0.0.1:0 >"$work/out" 2>"$work/err" & server=$!
for _ in $(seq 300); do grep -q '^ready' "$work/out" && break; read -rt 0.1 <> <(:) || true; done
python3 - "$server" "$(awk '/^ready/ {print $3}' "$work/out")" "$connections" <<'PY'
import re, socket, sys
pid, (host, port), count = sys.argv[1], sys.argv[2].split(":"), int(sys.argv[3])

def resident():
    return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{pid}/status").read())[1]) / 1024

before, idle = resident(), []
for number in range(count):
    one = socket.socket()
    one.bind((f"127.0.{1 + number // 500}.1", 0))  # the limit of connections from one address is lower
    one.connect((host, int(port)))
    one.sendall(b"GET /1k.bin HTTP/1.1\r\nHost: a\r\n\r\n")
    answer = b""
    while len(answer) < 1024 or b"\r\n\r\n" not in answer:
        answer += one.recv(4096)
    assert answer.startswith(b"HTTP/1.1 200 "), answer[:40]
    idle.append(one)
after = resident()
print(f"{count} idle connections: {before:.0f} MB resident before, {after:.0f} MB with them, {(after - before) * 1024 / count:.1f} KiB each")
for one in idle[:: max(1, count // 100)]:  # they are alive
    one.sendall(b"GET /1k.bin HTTP/1.1\r\nHost: a\r\n\r\n")
    assert one.recv(4096).startswith(b"HTTP/1.1 200 ")
PY
