# What side-by-side runs have in common. Sourced from the project's root; $seconds, $rounds and $rows are set before.
work=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir -p "$work/site" "$work/logs"
ticks=$(getconf CLK_TCK)
options=${BENCHMARK_JAVA_OPTS:--XX:+UseSerialGC -Xmx512m}

needs() { for program in "$@"; do command -v "$program" >/dev/null || { echo "benchmarks: $program is missing" >&2; exit 1; }; done; }
files() { # NAME...: of so many octets
  for name in "$@"; do head -c "$(numfmt --from=iec "${name^^}")" /dev/urandom >"$work/site/$name.bin"; done
  chmod -R a+rX "$work"
}
certificate() { # cert.pem and key.pem, for 127.0.0.1
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext 'subjectAltName=IP:127.0.0.1' \
    -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
  chmod -R a+rX "$work"
}
start() { "$@" >>"$work/logs/out" 2>&1 & started=$!; pids+=("$started"); }
# L7 takes another launcher than ./l7, for a program that is not packaged.
l7() { L7_JAVA_OPTS=$options start taskset -c 0 ${L7:-./l7} "$@"; }
answering() {
  for _ in $(seq 300); do curl -kfso /dev/null "$1" && return; read -rt 0.1 <> <(:) || true; done
  echo "benchmarks: nothing answers at $1" >&2; cat "$work/logs/out" >&2; exit 1
}
pipelined() { # N: a script for wrk
  echo "init = function(args) local r = {} for i = 1, $1 do r[i] = wrk.format() end req = table.concat(r) end"
  echo "request = function() return req end"
}
closing() { echo 'wrk.headers["Connection"] = "close"'; }
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

heading() { # THEIRS OURS
  echo "| row | $1 /s | $2 /s | $2 : $1 | $1 CPU | $2 CPU | CPU $2 : $1 | $1 p99 ms | $2 p99 ms |"
  echo "| --- | --: | --: | --: | --: | --: | --: | --: | --: |"
}
row() { # NAME FILE WRK-ARGS -- THEIR-PID THEIR-URL OUR-PID OUR-URL: medians over the rounds, and of the ratios of each round
  local name=$1 file=$2 load=(); shift 2
  while [ "$1" != -- ]; do load+=("$1"); shift; done
  shift
  [[ $name =~ $rows ]] || return 0
  : >"$work/theirs.rows"; : >"$work/ours.rows"
  for url in ${WARM:-$4}; do taskset -c 1 wrk -t1 -d"$((seconds * 2))s" "${load[@]}" "$url/$file" >/dev/null; done # past compilation
  for ((i = 0; i < rounds; i++)); do
    one "$1" "$2/$file" "${load[@]}" >>"$work/theirs.rows"
    one "$3" "$4/$file" "${load[@]}" >>"$work/ours.rows"
  done
  echo "| $name | $(column "$work/theirs.rows" 1) | $(column "$work/ours.rows" 1) | $(ratio "$work/theirs.rows" "$work/ours.rows" 1) |" \
    "$(column "$work/theirs.rows" 2) | $(column "$work/ours.rows" 2) | $(ratio "$work/theirs.rows" "$work/ours.rows" 2) |" \
    "$(column "$work/theirs.rows" 3) | $(column "$work/ours.rows" 3) |"
}
