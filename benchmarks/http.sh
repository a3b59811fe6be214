#!/usr/bin/env bash
# Ours, nginx and a fixed answer over the same sockets, alternating, server and generator each on its own core.
set -euo pipefail
seconds=${1:-5} rounds=${2:-3} rows=${3:-.}
. benchmarks/beside.sh
needs nginx wrk taskset curl awk openssl
options=${BENCHMARK_JAVA_OPTS:--XX:+UseSerialGC} # and the heap that the JVM chooses
files 1k 10k 1m 1g
certificate

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
start taskset -c 0 nginx -c "$work/nginx.conf" -p "$work"; nginx_pid=$started
l7 http serve "$work/site" --listen 127.0.0.1:18182; l7_pid=$started
l7 http serve "$work/site" --listen 127.0.0.1:18186 --tls-cert "$work/cert.pem" --tls-key "$work/key.pem"; tls_pid=$started
answering http://127.0.0.1:18182/1k.bin
java=$(readlink "/proc/$l7_pid/exe")
fixed() { # PORT OCTETS: compiled by the launcher of source files, no build of its own
  start taskset -c 0 "$java" $options -cp "$(cat cli/target/l7.classpath)" benchmarks/src/main/java/io/l7/benchmarks/FixedAnswer.java "127.0.0.1:$1" "$2"
}
fixed 18187 1024; fixed_1k=$started
fixed 18188 10240; fixed_10k=$started
for url in http://127.0.0.1:{18181,18183,18187,18188} https://127.0.0.1:{18185,18186}; do answering "$url/1k.bin"; done
for file in 1k 10k 1m; do
  cmp <(curl -fs "http://127.0.0.1:18181/$file.bin") <(curl -fs "http://127.0.0.1:18182/$file.bin")
  cmp <(curl -kfs "https://127.0.0.1:18185/$file.bin") <(curl -kfs "https://127.0.0.1:18186/$file.bin")
done
worker=$(pgrep -P "$nginx_pid" | head -1); nginx_pid=${worker:-$nginx_pid}
pipelined 16 >"$work/pipeline.lua"
closing >"$work/close.lua"

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
