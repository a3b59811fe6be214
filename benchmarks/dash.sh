#!/usr/bin/env bash
# Chunks of a packed film from nginx, from ours, and made by ours on the fly; packaging beside ffmpeg; a large MPD parsed.
# Alternating; server and generator each on its own core. FOLDER keeps the films that it makes.
set -euo pipefail
seconds=${1:-3} rounds=${2:-3} folder=${3:-}
for program in nginx wrk taskset curl awk ffmpeg; do
  command -v "$program" >/dev/null || { echo "benchmarks: $program is missing" >&2; exit 1; }
done
[ -x /usr/bin/time ] || { echo "benchmarks: /usr/bin/time is missing" >&2; exit 1; }
l7=${L7:-./l7}
work=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait; rm -rf "$work"' EXIT
films=${folder:-$work}
mkdir -p "$films" "$work/logs"

# 20 s at some 50 Mbit/s, again and again: 1 GiB whose making costs little.
[ -s "$films/large.mp4" ] || {
  ffmpeg -v error -nostdin -y -f lavfi -i "testsrc2=size=1280x720:rate=25:duration=20,noise=alls=40:allf=t" -f lavfi -i "sine=duration=20" \
    -c:v libx264 -preset ultrafast -b:v 50M -minrate 50M -maxrate 50M -bufsize 50M -pix_fmt yuv420p -g 50 -bf 0 -c:a aac "$films/part.mp4"
  size=$(stat -c %s "$films/part.mp4")
  ffmpeg -v error -nostdin -y -stream_loop $(((1 << 30) / size)) -i "$films/part.mp4" -c copy "$films/large.mp4"
}
[ -s "$films/film.mp4" ] || ffmpeg -v error -nostdin -y -f lavfi -i "testsrc2=size=640x360:rate=25:duration=80,noise=alls=20:allf=t" \
  -c:v libx264 -preset ultrafast -b:v 2M -maxrate 2M -bufsize 2M -pix_fmt yuv420p -g 50 -bf 0 "$films/film.mp4"
[ -s "$films/packed/manifest.mpd" ] || "$l7" dash pack "$films/film.mp4" --copy -o "$films/packed" >/dev/null
chmod -R a+rX "$films" "$work"

cat >"$work/nginx.conf" <<CONF
worker_processes 1; daemon off; pid $work/nginx.pid; error_log $work/logs/error.log;
events { worker_connections 4096; }
http {
  access_log off; sendfile on; tcp_nopush off; tcp_nodelay on; keepalive_requests 100000000; keepalive_timeout 65;
  open_file_cache max=1000 inactive=60s; default_type video/iso.segment;
  client_body_temp_path $work/b; proxy_temp_path $work/p; fastcgi_temp_path $work/f; uwsgi_temp_path $work/u; scgi_temp_path $work/s;
  server { listen 127.0.0.1:18191; root $films/packed; }
}
CONF
taskset -c 0 nginx -c "$work/nginx.conf" -p "$work" & pids+=($!)
L7_JAVA_OPTS="-XX:+UseSerialGC" taskset -c 0 "$l7" dash serve "$films/packed" --listen 127.0.0.1:18192 >"$work/static.out" 2>&1 & pids+=($!)
L7_JAVA_OPTS="-XX:+UseSerialGC" taskset -c 0 "$l7" dash serve "$films/film.mp4" --listen 127.0.0.1:18193 >"$work/fly.out" 2>&1 & pids+=($!)
for port in 18191 18192 18193; do
  for _ in $(seq 300); do curl -fso /dev/null "http://127.0.0.1:$port/manifest.mpd" && break; read -rt 0.1 <> <(:) || true; done
  cmp "$films/packed/v360p/3.m4s" <(curl -fs "http://127.0.0.1:$port/v360p/3.m4s")
done
java=$(readlink "/proc/${pids[1]}/exe")
nginx_pid=$(pgrep -P "${pids[0]}" | head -1); nginx_pid=${nginx_pid:-${pids[0]}}
ticks=$(getconf CLK_TCK)
cpu() { awk -v t="$ticks" '{sub(/^.*\) /, ""); print ($12 + $13) / t}' "/proc/$1/stat"; }
cat >"$work/chunks.lua" <<'LUA'
local n = 0
request = function() n = n % 20 + 1 return wrk.format("GET", "/v360p/" .. n .. ".m4s") end
LUA
one() { # PID PORT: prints "requests/s, CPU seconds for 10,000, p99 in ms"
  local before after out
  before=$(cpu "$1")
  out=$(taskset -c 1 wrk -t1 -c8 -d"${seconds}s" --latency -s "$work/chunks.lua" "http://127.0.0.1:$2")
  after=$(cpu "$1")
  awk -v b="$before" -v a="$after" '/requests in/ {n = $1; span = $4 + 0} $1 == "99%" {p = $2 + 0; if ($2 ~ /us/) p /= 1000; if ($2 !~ /[mu]s/) p *= 1000}
    /Non-2xx|Socket errors/ {print > "/dev/stderr"} END {printf "%.0f %.3f %.2f\n", n / span, (a - b) / n * 10000, p}' <<<"$out"
}
median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
one "${pids[1]}" 18192 >/dev/null; one "${pids[2]}" 18193 >/dev/null # past compilation
for ((i = 0; i < rounds; i++)); do
  one "$nginx_pid" 18191 >>"$work/nginx.rows"
  one "${pids[1]}" 18192 >>"$work/static.rows"
  one "${pids[2]}" 18193 >>"$work/fly.rows"
done
echo "chunks of $(($(stat -c %s "$films"/packed/v360p/*.m4s | paste -sd+ | sed 's/.*/(&)/') / 20 / 1000)) kB, 8 connections, median of $rounds rounds of $seconds s"
echo "| from | requests/s | CPU s a 10,000 | p99 ms |"; echo "|---|---|---|---|"
for row in nginx static fly; do
  printf '| %s | %s | %s | %s |\n' "$row" "$(cut -d' ' -f1 "$work/$row.rows" | median)" "$(cut -d' ' -f2 "$work/$row.rows" | median)" "$(cut -d' ' -f3 "$work/$row.rows" | median)"
done
of() { paste -d' ' "$work/$1.rows" "$work/$2.rows" | awk '{print $4 / $1}' | median; }
printf 'static/nginx %.2f, on the fly/static %.2f\n' "$(of nginx static)" "$(of static fly)"
for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait; pids=()

echo "| packaging $(($(stat -c %s "$films/large.mp4") >> 20)) MiB | wall s | CPU s | resident MB |"; echo "|---|---|---|---|"
timed() { # NAME CMD...
  local name=$1; shift
  rm -rf "$work/out"; mkdir -p "$work/out"
  /usr/bin/time -a -o "$work/$name.time" -f '%e %U %S %M' "$@" >/dev/null 2>"$work/logs/$name"
}
for ((i = 0; i < rounds; i++)); do
  timed ffmpeg ffmpeg -v error -nostdin -i "$films/large.mp4" -c copy -f dash -seg_duration 4 "$work/out/manifest.mpd"
  timed l7 "$l7" dash pack "$films/large.mp4" --copy -o "$work/out"
done
for row in ffmpeg l7; do
  awk -v n="$row" '{printf "| %s | %s | %.2f | %.0f |\n", n, $1, $2 + $3, $4 / 1000}' "$work/$row.time"
done
printf 'wall ffmpeg/l7 %.2f\n' "$(paste -d' ' "$work/ffmpeg.time" "$work/l7.time" | awk '{print $1 / $5}' | median)"

classpath=${L7_CLASSPATH:-$(cat cli/target/l7.classpath)}
"$java" -cp "$classpath" benchmarks/LargeManifest.java
