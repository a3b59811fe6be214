#!/usr/bin/env bash
# Ours, nginx and a fixed answer over the same sockets, alternating, server and generator each on its own core.
set -euo pipefail
seconds=${1:-5} rounds=${2:-3} rows=${3:-.}
for program in nginx wrk taskset curl awk openssl; do
  command -v "$program" >/dev/null || { echo "benchmarks: $program is missing" >&2; exit 1; }
done

work=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait; rm -rf "$work"' EXIT
mkdir -p "$work/site" "$work/logs"
head -c 1024 /dev/urandom >"$work/site/1k.bin"
head -c 10240 /dev/urandom >"$work/site/10k.bin"
head -c 1048576 /dev/urandom >"$work/site/1m.bin"
head -c 1073741824 /dev/zero >"$work/site/1g.bin"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext 'subjectAltName=IP:127.0.0.1' \
  -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
chmod -R a+rX "$work"

cat >"$work/nginx.conf" <<CONF
worker_processes 1; daemon off; pid $work/nginx.pid; error_log $work/logs/error.log;
events { worker_connections 4096; }
http {
  access_log off; sendfile on; tcp_nopush off; tcp_nodelay on; keepalive_requests 100000000; keepalive_timeout 65;
  open_file_cache max=1000 inactive=60s; default_type application/octet-stream;
  client_body_temp_path $work/b; proxy_temp_path $work/p; fastcgi_temp_path $work/f; uwsgi_temp_path $work/u; scgi_temp_path $work/s;
  ssl_certificate $work/cert.pem; ssl_certificate_key $work/key.pem; ssl_protocols TLSv1.3;
  server { listen 127.0.0.1:18181; root $work/site; sendfile off; }
  server { listen 127.0.0.1:18183; root $work/site; sendfile on; }
  server { listen 127.0.0.1:18185 ssl; root $work/site; sendfile off; }
}
CONF
options="-XX:+UseSerialGC"
taskset -c 0 nginx -c "$work/nginx.conf" -p "$work" & pids+=($!)
L7_JAVA_OPTS=$options taskset -c 0 ./l7 http serve "$work/site" --listen 127.0.0.1:18182 >"$work/l7.out" 2>"$work/l7.err" & l7_pid=$!; pids+=("$l7_pid")
L7_JAVA_OPTS=$options taskset -c 0 ./l7 http serve "$work/site" --listen 127.0.0.1:18186 --tls-cert "$work/cert.pem" --tls-key "$work/key.pem" \
  >"$work/tls.out" 2>"$work/tls.err" & tls_pid=$!; pids+=("$tls_pid")
answering() { for _ in $(seq 300); do curl -kfso /dev/null "$1" && return; read -rt 0.1 <> <(:) || true; done; echo "benchmarks: nothing answers at $1" >&2; exit 1; }
answering http://127.0.0.1:18182/1k.bin
java=$(readlink "/proc/$l7_pid/exe")
for octets in 1024 10240; do # compiled by the launcher of source files: no build of its own
  taskset -c 0 "$java" $options -cp "$(cat cli/target/l7.classpath)" benchmarks/src/main/java/io/l7/benchmarks/FixedAnswer.java \
    127.0.0.1:$((18187 + (octets > 1024))) "$octets" >"$work/fixed.out" 2>"$work/fixed.err" & pids+=($!)
done
fixed_1k=${pids[-2]} fixed_10k=${pids[-1]}
for url in http://127.0.0.1:{18181,18183,18187,18188} https://127.0.0.1:{18185,18186}; do answering "$url/1k.bin"; done
for file in 1k 10k 1m; do
  cmp <(curl -fs "http://127.0.0.1:18181/$file.bin") <(curl -fs "http://127.0.0.1:18182/$file.bin")
  cmp <(curl -kfs "https://127.0.0.1:18185/$file.bin") <(curl -kfs "https://127.0.0.1:18186/$file.bin")
done
nginx_pid=$(pgrep -P "${pids[0]}" | head -1); nginx_pid=${nginx_pid:-${pids[0]}}
ticks=$(getconf CLK_TCK)
cpu() { awk -v t="$ticks" '{sub(/^.*\) /, ""); print ($12 + $13) / t}' "/proc/$1/stat"; }

# PID URL WRK-ARGS: prints "rate cpu p99": units a second, CPU seconds for 100,000 units, milliseconds.
# A unit is a request; for the file of 1 GiB, of which few end in time, a megabyte.
one() {
  local pid=$1 url=$2 before after out; shift 2
  before=$(cpu "$pid")
  out=$(taskset -c 1 wrk -t1 -d"${seconds}s" --latency "$@" "$url")
  after=$(cpu "$pid")
  awk -v b="$before" -v a="$after" -v bytes="$([[ $url == */1g.bin ]] && echo 1 || echo 0)" '
    function scaled(text, n) { n = text + 0; return text ~ /GB/ ? n * 1000 : text ~ /MB/ ? n : text ~ /KB/ ? n / 1000 : n / 1e6 }
    function ms(text, n) { n = text + 0; return text ~ /us$/ ? n / 1000 : text ~ /ms$/ ? n : n * 1000 }
    /requests in/ { units = bytes ? scaled($5) : $1; span = $4 + 0 }
    $1 == "99%" { p = ms($2) }
    END { printf "%.0f %.3f %.2f\n", units / span, (a - b) / (units ? units : 1) * 100000, p }' <<<"$out"
}
column() { awk -v c="$2" '{print $c}' "$1" | sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
ratio() { paste -d' ' "$1" "$2" | awk -v c="$3" '{d = $c; print (d > 0 ? $(c + 3) / d : 0)}' | sort -n | awk '{v[NR] = $1} END {printf "%.2f", v[int((NR + 1) / 2)]}'; }

cat >"$work/pipeline.lua" <<'LUA'
init = function(args) local r = {} for i = 1, 16 do r[i] = wrk.format() end req = table.concat(r) end
request = function() return req end
LUA
cat >"$work/close.lua" <<'LUA'
wrk.headers["Connection"] = "close"
LUA

echo "| row | nginx /s | l7 /s | fixed /s | l7 : nginx | l7 : fixed | nginx CPU | l7 CPU | CPU l7 : nginx | nginx p99 ms | l7 p99 ms |"
echo "| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |"
profile() { # NAME FILE NGINX-URL L7-URL L7-PID FIXED-PORT-OR-0 FIXED-PID WRK-ARGS
  local name=$1 file=$2 theirs=$3 ours=$4 our_pid=$5 fixed_port=$6 fixed_pid=$7; shift 7
  [[ $name =~ $rows ]] || return 0
  : >"$work/nginx.rows"; : >"$work/l7.rows"; : >"$work/fixed.rows"
  taskset -c 1 wrk -t1 -d"$((seconds * 2))s" "$@" "$ours/$file" >/dev/null # past compilation of this path
  [ "$fixed_port" = 0 ] || taskset -c 1 wrk -t1 -d"$((seconds))s" "$@" "http://127.0.0.1:$fixed_port/" >/dev/null
  for ((i = 0; i < rounds; i++)); do
    one "$nginx_pid" "$theirs/$file" "$@" >>"$work/nginx.rows"
    one "$our_pid" "$ours/$file" "$@" >>"$work/l7.rows"
    [ "$fixed_port" = 0 ] || one "$fixed_pid" "http://127.0.0.1:$fixed_port/" "$@" >>"$work/fixed.rows"
  done
  local fixed=- of_fixed=-
  [ "$fixed_port" = 0 ] || { fixed=$(column "$work/fixed.rows" 1); of_fixed=$(ratio "$work/fixed.rows" "$work/l7.rows" 1); }
  echo "| $name | $(column "$work/nginx.rows" 1) | $(column "$work/l7.rows" 1) | $fixed | $(ratio "$work/nginx.rows" "$work/l7.rows" 1) | $of_fixed |" \
    "$(column "$work/nginx.rows" 2) | $(column "$work/l7.rows" 2) | $(ratio "$work/nginx.rows" "$work/l7.rows" 2) |" \
    "$(column "$work/nginx.rows" 3) | $(column "$work/l7.rows" 3) |"
}
# Small files are faster in nginx without sendfile (18181), large ones with it (18183).
small=http://127.0.0.1:18181 large=http://127.0.0.1:18183 l7=http://127.0.0.1:18182
profile "1 KiB, keep-alive, 64" 1k.bin $small $l7 "$l7_pid" 18187 "$fixed_1k" -c64
profile "1 KiB, keep-alive, 256" 1k.bin $small $l7 "$l7_pid" 18187 "$fixed_1k" -c256
profile "1 KiB, keep-alive, 1000" 1k.bin $small $l7 "$l7_pid" 18187 "$fixed_1k" -c1000
profile "1 KiB, pipelined x16, 64" 1k.bin $small $l7 "$l7_pid" 0 0 -c64 -s "$work/pipeline.lua"
profile "10 KiB, keep-alive, 64" 10k.bin $small $l7 "$l7_pid" 18188 "$fixed_10k" -c64
profile "1 MiB, keep-alive, 16" 1m.bin $large $l7 "$l7_pid" 0 0 -c16
profile "1 GiB, 4 (units: MB)" 1g.bin $large $l7 "$l7_pid" 0 0 -c4
profile "1 KiB, connection each, 64" 1k.bin $small $l7 "$l7_pid" 0 0 -c64 -s "$work/close.lua"
profile "1 KiB, TLS 1.3 keep-alive, 64" 1k.bin https://127.0.0.1:18185 https://127.0.0.1:18186 "$tls_pid" 0 0 -c64
profile "10 KiB, TLS 1.3 keep-alive, 64" 10k.bin https://127.0.0.1:18185 https://127.0.0.1:18186 "$tls_pid" 0 0 -c64
