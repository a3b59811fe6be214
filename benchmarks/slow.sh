#!/usr/bin/env bash
# 2,000 clients that send heads, send bodies or read answers a byte now and then, and a probe that must not feel them.
set -euo pipefail
count=${1:-2000} seconds=${2:-15} rounds=1 rows=.
. benchmarks/beside.sh
needs python3 curl
ulimit -n $((count + 1000))
files 1k
head -c 33554432 /dev/zero >"$work/site/big.bin"
l7 http serve "$work/site" --listen 127.0.0.1:18161; server=$started
answering http://127.0.0.1:18161/1k.bin
python3 - "$count" "$seconds" <<'PY'
import selectors, socket, sys, threading, time
count, seconds = int(sys.argv[1]), float(sys.argv[2])
server = ("127.0.0.1", 18161)
kinds = [b"GET /1k.bin HTTP/1.1\r\nHo", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nx", b"GET /big.bin HTTP/1.1\r\nHost: a\r\n\r\n"]
slow = []
for number in range(count):
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.bind((f"127.0.{1 + number // 200}.{1 + number % 200}", 0))
    one.connect(server)
    one.sendall(kinds[number % 3])
    one.setblocking(False)
    slow.append(one)
over = threading.Event()

def drip():  # each slow client moves one byte about every ten seconds
    number = 0
    while not over.is_set():
        one = slow[number % count]
        try:
            one.recv(1) if number % 3 == 2 else one.send(b"s")
        except OSError:
            pass  # answered, or cut: both are what it is for
        number += 1
        time.sleep(10 / count)

threading.Thread(target=drip, daemon=True).start()
probe = socket.create_connection(server)
probe.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
took, failed, end = [], 0, time.monotonic() + seconds
while time.monotonic() < end:
    began = time.monotonic()
    probe.sendall(b"GET /1k.bin HTTP/1.1\r\nHost: a\r\n\r\n")
    answer = b""
    while b"\r\n\r\n" not in answer or len(answer) < answer.index(b"\r\n\r\n") + 4 + 1024:
        more = probe.recv(65536)
        if not more:
            break
        answer += more
    failed += not answer.startswith(b"HTTP/1.1 200 ")
    took.append((time.monotonic() - began) * 1000)
    time.sleep(0.005)
over.set()
took.sort()
print(f"{count} slow clients, {len(took)} probes: p50 {took[len(took) // 2]:.2f} ms, p99 {took[len(took) * 99 // 100]:.2f} ms, longest {took[-1]:.2f} ms, {failed} failed")
sys.exit(1 if failed or took[len(took) * 99 // 100] > 100 else 0)
PY
echo "resident: $(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$server/status") MB"
