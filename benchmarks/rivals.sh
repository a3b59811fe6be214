#!/usr/bin/env bash
# Ours beside other servers of the JVM: the same files, JVM and options, one after the other on the same core.
set -euo pipefail
seconds=${1:-5} rounds=${2:-2} rows=${3:-.}
. benchmarks/beside.sh
needs wrk taskset curl awk openssl mvn
lib=benchmarks/rivals/target/lib
[ -d "$lib" ] || mvn -B -q -f benchmarks/rivals/pom.xml dependency:copy-dependencies -DoutputDirectory=target/lib >&2
files 1k 10k 1m 1g
certificate
openssl pkcs12 -export -in "$work/cert.pem" -inkey "$work/key.pem" -passout pass:benchmark -out "$work/keys.p12"
pipelined 16 >"$work/pipeline.lua"
closing >"$work/close.lua"

l7 http serve "$work/site" --listen 127.0.0.1:18150; plain=$started
answering http://127.0.0.1:18150/1k.bin
java=$(readlink "/proc/$plain/exe")
kill "$plain"
declare -A pid port
number=0
names=${RIVALS:-l7 jetty undertow helidon jdk}
for name in $names; do
  port[$name]=$((18151 + 2 * number)); number=$((number + 1))
  if [ "$name" = l7 ]; then
    l7 http serve "$work/site" --listen "127.0.0.1:${port[l7]}"; pid[l7]=$started
    l7 http serve "$work/site" --listen "127.0.0.1:$((port[l7] + 1))" --tls-cert "$work/cert.pem" --tls-key "$work/key.pem"; pid[l7-tls]=$started
  else
    start taskset -c 0 "$java" $options -cp "$lib/*" benchmarks/rivals/Rivals.java "$name" "$work/site" "${port[$name]}" $((port[$name] + 1)) "$work/keys.p12"
    pid[$name]=$started; pid[$name-tls]=$started
  fi
done
for name in $names; do
  answering "http://127.0.0.1:${port[$name]}/1k.bin"; answering "https://127.0.0.1:$((port[$name] + 1))/1k.bin"
  for file in 1k 10k 1m; do cmp "$work/site/$file.bin" <(curl -fs "http://127.0.0.1:${port[$name]}/$file.bin"); done
done

echo "| row |$(for name in $names; do printf ' %s /s | %s CPU |' "$name" "$name"; done)"
echo "| --- |$(for name in $names; do printf ' --: | --: |'; done)"
compare() { # NAME FILE SCHEME WRK-ARGS
  local row=$1 file=$2 scheme=$3 line; shift 3
  [[ $row =~ $rows ]] || return 0
  line="| $row |"
  for name in $names; do
    local url=http://127.0.0.1:${port[$name]}/$file process=${pid[$name]}
    [ "$scheme" = http ] || { url=https://127.0.0.1:$((port[$name] + 1))/$file; process=${pid[$name-tls]}; }
    taskset -c 1 wrk -t1 -d"${seconds}s" "$@" "$url" >/dev/null # past compilation
    : >"$work/rows"
    for ((i = 0; i < rounds; i++)); do one "$process" "$url" "$@" >>"$work/rows"; done
    line+=" $(column "$work/rows" 1) | $(column "$work/rows" 2) |"
  done
  echo "$line"
}
compare "1 KiB, keep-alive, 64" 1k.bin http -c64
compare "1 KiB, keep-alive, 256" 1k.bin http -c256
compare "1 KiB, keep-alive, 1000" 1k.bin http -c1000
compare "1 KiB, pipelined x16, 64" 1k.bin http -c64 -s "$work/pipeline.lua"
compare "10 KiB, keep-alive, 64" 10k.bin http -c64
compare "1 MiB, keep-alive, 16" 1m.bin http -c16
compare "1 GiB, 4 (units: MB)" 1g.bin http -c4
compare "1 KiB, connection each, 64" 1k.bin http -c64 -s "$work/close.lua"
compare "1 KiB, TLS 1.3 keep-alive, 64" 1k.bin https -c64
