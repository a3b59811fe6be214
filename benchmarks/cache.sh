#!/usr/bin/env bash
# Cache hits: ours beside nginx's proxy_cache, in front of the same origin, alternating, server and generator each on its own core.
set -euo pipefail
seconds=${1:-5} rounds=${2:-3} rows=${3:-.}
. benchmarks/beside.sh
needs nginx wrk taskset curl awk
files 1k 10k 1m
cat >"$work/nginx.conf" <<CONF
worker_processes 1; daemon off; pid $work/nginx.pid; error_log $work/logs/error.log;
events { worker_connections 4096; }
http {
  access_log off; sendfile on; tcp_nopush off; tcp_nodelay on; keepalive_requests 100000000; keepalive_timeout 65;
  open_file_cache max=1000 inactive=60s; default_type application/octet-stream;
  client_body_temp_path $work/b; proxy_temp_path $work/p; fastcgi_temp_path $work/f; uwsgi_temp_path $work/u; scgi_temp_path $work/s;
  proxy_cache_path $work/cache keys_zone=hits:10m max_size=64m inactive=60m use_temp_path=off;
  server { listen 127.0.0.1:18171; root $work/site; add_header Cache-Control max-age=3600; }
  server { listen 127.0.0.1:18172; sendfile off; location / { proxy_pass http://127.0.0.1:18171; proxy_cache hits; add_header Cache-Status \$upstream_cache_status; } }
  server { listen 127.0.0.1:18173; sendfile on; location / { proxy_pass http://127.0.0.1:18171; proxy_cache hits; add_header Cache-Status \$upstream_cache_status; } }
}
CONF
start taskset -c 0 nginx -c "$work/nginx.conf" -p "$work"; nginx=$started
l7 http serve --listen 127.0.0.1:18174 --proxy /=http://127.0.0.1:18171 --cache 64MiB; memory=$started
l7 http serve --listen 127.0.0.1:18175 --proxy /=http://127.0.0.1:18171 --cache 64MiB --cache-dir "$work/l7cache"; disk=$started
for port in 18171 18172 18173 18174 18175; do answering "http://127.0.0.1:$port/1k.bin"; done
nginx=$(pgrep -P "$nginx" | sort -n | head -1) # the worker: the managers of the cache come after it
for port in 18172 18173 18174 18175; do
  for file in 1k 10k 1m; do
    curl -fso /dev/null "http://127.0.0.1:$port/$file.bin"
    cmp "$work/site/$file.bin" <(curl -fs "http://127.0.0.1:$port/$file.bin")
  done
  curl -fsD- -o /dev/null "http://127.0.0.1:$port/1k.bin" | grep -qi '^cache-status:.*hit' || { echo "benchmarks: no hit at $port" >&2; exit 1; }
done
pipelined 16 >"$work/pipeline.lua"

heading nginx l7
# Hits of small files are faster in nginx without sendfile (18172), of large ones with it (18173).
row "hits 1 KiB, keep-alive, 64" 1k.bin -c64 -- "$nginx" http://127.0.0.1:18172 "$memory" http://127.0.0.1:18174
row "hits 10 KiB, keep-alive, 64" 10k.bin -c64 -- "$nginx" http://127.0.0.1:18172 "$memory" http://127.0.0.1:18174
row "hits 1 MiB, keep-alive, 16" 1m.bin -c16 -- "$nginx" http://127.0.0.1:18173 "$memory" http://127.0.0.1:18174
row "hits 1 KiB, pipelined x16, 64" 1k.bin -c64 -s "$work/pipeline.lua" -- "$nginx" http://127.0.0.1:18172 "$memory" http://127.0.0.1:18174
row "hits 1 KiB from disk and memory, 64" 1k.bin -c64 -- "$nginx" http://127.0.0.1:18172 "$disk" http://127.0.0.1:18175
