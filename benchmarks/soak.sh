#!/usr/bin/env bash
# Mixed traffic for a long time, good and bad: the heap after a collection, the resident memory and the descriptors must stay flat.
set -euo pipefail
minutes=${1:-60} seconds=1 rounds=1 rows=.
. benchmarks/beside.sh
needs python3 curl
clients=()
files 1k 100k 4m
echo "<h1>here</h1>" >"$work/site/index.html"
l7 http serve "$work/site" --listen 127.0.0.1:18171 --cache 16MiB --browse; server=$started
answering http://127.0.0.1:18171/1k.bin
jcmd=$(dirname "$(readlink "/proc/$server/exe")")/jcmd
heap() { "$jcmd" "$server" GC.run >/dev/null; "$jcmd" "$server" GC.heap_info | awk '/ total / && / used / {sub(/.* used /, ""); sum += $1 + 0} /Metaspace/ {exit} END {print sum}'; }
sample() { echo "$1 min: heap $(heap) kB, resident $(awk '/VmRSS/ {print $2}' "/proc/$server/status") kB, $(ls "/proc/$server/fd" | wc -l) descriptors, $(ls "/proc/$server/task" | wc -l) threads"; }
cat >"$work/traffic.py" <<'PY'
import random, socket, sys, time
end, random_one = time.monotonic() + float(sys.argv[1]) * 60, random.Random(7)
server = ("127.0.0.1", 18171)
head = b" HTTP/1.1\r\nHost: a\r\n"
good = [b"GET /1k.bin" + head, b"GET /100k.bin" + head + b"Range: bytes=5-9,100-200\r\n", b"HEAD /4m.bin" + head, b"GET /4m.bin" + head, b"GET /" + head + b"Accept-Encoding: gzip\r\n", b"GET /missing" + head]
bad = [b"GET /../../etc/passwd" + head + b"\r\n", b"GET / HTTP/9.9\r\n\r\n", b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"\x16\x03\x01\x02\x00", b"GET /4m.bin" + head + b"\r\n"]
asked = 0
while time.monotonic() < end:
    one = socket.create_connection(server)
    one.settimeout(5)
    try:
        if random_one.random() < 0.2:  # refused, or gone before the answer is read
            one.sendall(random_one.choice(bad))
            one.recv(100)
        else:
            for last in [False] * random_one.randrange(20) + [True]:
                one.sendall(random_one.choice(good) + (b"Connection: close\r\n\r\n" if last else b"\r\n"))
                asked += 1
                if last:
                    while one.recv(1 << 20):
                        pass
                time.sleep(0.03)
    except OSError:
        pass
    finally:
        one.close()
print(asked, "requests", flush=True)
PY
for _ in 1 2 3; do python3 "$work/traffic.py" "$minutes" & clients+=($!); done
step=$(awk -v m="$minutes" 'BEGIN {print m * 60 / 12}')
sleep "$step"
for ((part = 1; part <= 11; part++)); do
  sample "$(awk -v p="$part" -v m="$minutes" 'BEGIN {printf "%.1f", p * m / 12}')"
  sleep "$step"
done
wait "${clients[@]}"
sample "$minutes, at rest"
