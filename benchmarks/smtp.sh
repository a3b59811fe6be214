#!/usr/bin/env bash
# benchmarks/run smtp [ROUNDS [PROFILE...]]: ours beside Postfix, alternating, on one disk; load by Postfix's own smtp-source.
# Profiles: cold accept20 accept200 big relay idle slow large proof (default: all of them).
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-3}; shift || true
profiles=${*:-cold accept20 accept200 big relay idle slow large proof}
export PATH=$PATH:/usr/sbin
l7=${L7:-./l7}
for program in postfix smtp-source smtp-sink curl awk python3; do
  command -v "$program" >/dev/null || { echo "benchmarks: $program is missing" >&2; exit 1; }
done

# On the project's disk, not in a /tmp that may be memory.
work=$(mktemp -d "${BENCH_DIR:-/var/tmp}/l7-smtp.XXXXXX")
l7_pid= sink_pid=
finish() {
  [ -z "$l7_pid" ] || kill "$l7_pid" 2>/dev/null || true
  [ -z "$sink_pid" ] || kill "$sink_pid" 2>/dev/null || true
  postfix -c "$work/pf" stop 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM
chmod 755 "$work"
sleep_a_little() { read -rt 0.05 <> <(:) || true; }
alive() { kill -0 "$1" 2>/dev/null || { echo "benchmarks: it ended at once: $(tail -1 "$2")" >&2; exit 1; }; }
sink_user=(); [ "$(id -u)" != 0 ] || sink_user=(-u nobody) # smtp-sink will not be root

mkdir -p "$work/pf" "$work/queue" "$work/data"
chown postfix "$work/data"
cat >"$work/pf/main.cf" <<CONF
compatibility_level = 3.6
queue_directory = $work/queue
data_directory = $work/data
daemon_directory = /usr/lib/postfix/sbin
myhostname = mail.hamburger.edu
mydestination = hamburger.edu
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
local_recipient_maps =
alias_maps =
alias_database =
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_client_event_limit_exceptions = static:all
in_flow_delay = 0
default_process_limit = 300
default_destination_concurrency_limit = 20
initial_destination_concurrency = 20
relayhost = [127.0.0.1]:2627
qmgr_message_active_limit = 100000
CONF
{
  echo '127.0.0.1:2625 inet n - n - - smtpd -o smtpd_client_restrictions=static:hold'
  echo '127.0.0.1:2626 inet n - n - - smtpd'
  echo 'pickup unix n - n 60 1 pickup'
  echo 'cleanup unix n - n - 0 cleanup'
  echo 'qmgr unix n - n 300 1 qmgr'
  for name in rewrite:trivial-rewrite bounce:bounce defer:bounce trace:bounce error:error retry:error; do
    echo "${name%:*} unix - - n - 0 ${name#*:}"
  done
  for name in proxymap:proxymap smtp:smtp relay:smtp local:local; do
    echo "${name%:*} unix - - n - - ${name#*:}"
  done
  for name in anvil scache tlsmgr; do echo "$name unix - - n - 1 $name"; done
  echo 'flush unix n - n - 0 flush'
  echo 'showq unix n - n - - showq'
} >"$work/pf/master.cf"
postfix -c "$work/pf" start >"$work/pf.log" 2>&1 || { cat "$work/pf.log" >&2; exit 1; }
pf_pid=$(tr -d ' ' <"$work/queue/pid/master.pid")

start_l7() { # [MORE OPTIONS]: a server just started, on an empty store
  [ -z "$l7_pid" ] || { kill "$l7_pid"; wait "$l7_pid" 2>/dev/null || true; }
  rm -rf "$work/store"; : >"$work/l7.out"
  "$l7" smtp serve --domain hamburger.edu --store "$work/store" --users "$work/users" --listen 127.0.0.1:2725 \
    --metrics 127.0.0.1:2729 --relay-net 127.0.0.0/8 --relay-to 127.0.0.1:2627 --relay-tls off "$@" >"$work/l7.out" 2>"$work/l7.err" &
  l7_pid=$!
  until grep -q 'ready smtp' "$work/l7.out"; do alive "$l7_pid" "$work/l7.err"; sleep_a_little; done
}
echo secret | "$l7" smtp user add --users "$work/users" bob@hamburger.edu

# CPU seconds of a process and all that it has started, those that are over too.
cpu() {
  { cat /proc/[0-9]*/stat 2>/dev/null || true; } | awk -v root="$1" -v t="$(getconf CLK_TCK)" '
    {pid = $1; sub(/^.*\) /, ""); parent[pid] = $2; used[pid] = $12 + $13; dead[pid] = $14 + $15}
    function below(p) {while (p > 1) {if (p == root) return 1; p = parent[p]} return 0}
    END {for (p in used) if (below(p)) sum += used[p] + dead[p]; print sum / t}'
}
metric() { curl -fs http://127.0.0.1:2729/metrics | awk -v name="$1" '$1 == name {print $2}'; }
now() { date +%s.%N; }

load() { # PORT SESSIONS MAILS OCTETS TO: prints "mails/s p50 p99" (milliseconds to the 250, seen by one more client)
  local port=$1 sessions=$2 mails=$3 octets=$4 to=$5 begin end
  python3 benchmarks/smtp_probe.py "$port" "$octets" "$to" >"$work/probe" & local probe=$!
  begin=$(now)
  smtp-source -d -s "$sessions" -m "$mails" -l "$octets" -f alice@crepes.fr -t "$to" "inet:127.0.0.1:$port"
  end=$(now)
  kill -INT "$probe"; wait "$probe" || true
  awk -v n="$mails" -v s="$begin" -v e="$end" '{printf "%.0f %s %s", (n + $3) / (e - s), $1, $2}' "$work/probe"
}
sample() { # WHO PID PORT SESSIONS MAILS OCTETS TO: one row "mails/s p50 p99 cpu-ms-a-mail"
  local who=$1 pid=$2 before after row; shift 2
  before=$(cpu "$pid"); row=$(load "$@"); after=$(cpu "$pid")
  awk -v b="$before" -v a="$after" -v n="$3" '{printf "%s %.3f\n", $0, (a - b) / n * 1000}' <<<"$row" >>"$work/$who.rows"
}
relayed() { # WHO PID PORT SESSIONS MAILS OCTETS TO: the same, until the last mail has reached smtp-sink
  local who=$1 pid=$2 port=$3 sessions=$4 mails=$5 octets=$6 to=$7 before after begin end
  : >"$work/sink.out"
  smtp-sink "${sink_user[@]}" -c 127.0.0.1:2627 1000 >"$work/sink.out" 2>"$work/sink.err" & sink_pid=$!
  until (: <>/dev/tcp/127.0.0.1/2627) 2>/dev/null; do alive "$sink_pid" "$work/sink.err"; sleep_a_little; done
  before=$(cpu "$pid"); begin=$(now)
  smtp-source -d -s "$sessions" -m "$mails" -l "$octets" -f alice@crepes.fr -t "$to" "inet:127.0.0.1:$port"
  until tail -c 200 "$work/sink.out" | tr '\r' '\n' | grep -q "mesg=$mails\b"; do sleep_a_little; done
  end=$(now); after=$(cpu "$pid")
  kill "$sink_pid"; wait "$sink_pid" 2>/dev/null || true; sink_pid=
  awk -v n="$mails" -v s="$begin" -v e="$end" -v b="$before" -v a="$after" \
    'BEGIN {printf "%.0f - - %.3f\n", n / (e - s), (a - b) / n * 1000}' >>"$work/$who.rows"
}
median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
column() { awk -v c="$2" '{print $c}' "$work/$1.rows" | median; }
row() { # NAME: medians, and the median of the rounds' ratios
  local ratio; ratio=$(paste -d' ' "$work/pf.rows" "$work/l7.rows" | awk '{print $5 / $1}' | median)
  printf '| %-40s | %6s | %6s | %5.2f | %s / %s | %s / %s | %.2f | %.2f | %s |\n' "$1" "$(column pf 1)" "$(column l7 1)" "$ratio" \
    "$(column pf 2)" "$(column pf 3)" "$(column l7 2)" "$(column l7 3)" "$(column pf 4)" "$(column l7 4)" "$2"
}
held() { find "$work/queue/hold" -type f -delete; }
forces() { echo $(($(metric l7_smtp_log_forces | cut -d. -f1) + $(metric l7_smtp_mailbox_forces | cut -d. -f1))); }
accepts() { # NAME SESSIONS MAILS OCTETS COLD|WARM
  local name=$1 sessions=$2 mails=$3 octets=$4 state=$5 before=0 count=0 taken=0 start
  : >"$work/pf.rows"; : >"$work/l7.rows"
  [ "$state" = cold ] || { start_l7; load 2725 "$sessions" "$mails" "$octets" bob@hamburger.edu >/dev/null; }
  for ((i = 0; i < rounds; i++)); do
    sample pf "$pf_pid" 2625 "$sessions" "$mails" "$octets" bob@hamburger.edu; held
    [ "$state" = warm ] || start_l7
    before=$(forces); start=$(metric l7_smtp_accepted_total | cut -d. -f1)
    sample l7 "$l7_pid" 2725 "$sessions" "$mails" "$octets" bob@hamburger.edu
    count=$((count + $(forces) - before))
    taken=$((taken + $(metric l7_smtp_accepted_total | cut -d. -f1) - ${start:-0}))
  done
  row "$name" "$(awk -v f="$count" -v n="$taken" 'BEGIN {printf "%.3f", f / n}')"
}
relays() {
  : >"$work/pf.rows"; : >"$work/l7.rows"; start_l7
  relayed warmup "$l7_pid" 2725 20 3000 4096 x@sink.example
  relayed warmup "$pf_pid" 2626 20 500 4096 x@sink.example
  for ((i = 0; i < rounds; i++)); do
    relayed pf "$pf_pid" 2626 20 2000 4096 x@sink.example
    relayed l7 "$l7_pid" 2725 20 2000 4096 x@sink.example
  done
  row "relayed to smtp-sink, 20 sessions, 4 kB" -
}

printf '| %-40s | %6s | %6s | %5s | %s | %s | %s | %s | %s |\n' profile Postfix L7 ratio "Postfix p50 / p99 ms" "L7 p50 / p99 ms" \
  "Postfix CPU ms a mail" "L7 CPU ms a mail" "L7 syncs a mail"
printf '| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n'
for profile in $profiles; do
  case $profile in
    cold) accepts "accept, 20 sessions, 4 kB, just started" 20 8000 4096 cold ;;
    accept20) accepts "accept, 20 sessions, 4 kB" 20 8000 4096 warm ;;
    accept200) accepts "accept, 200 sessions, 4 kB" 200 8000 4096 warm ;;
    big) accepts "accept, 20 sessions, 100 kB" 20 1500 100000 warm ;;
    relay) relays ;;
    idle | slow | large | proof) ;;
    *) echo "benchmarks: no profile $profile" >&2; exit 2 ;;
  esac
done

resident() { awk -v key="$1" '$1 == key":" {printf "%d MB", $2 / 1024}' "/proc/$l7_pid/status"; }
case " $profiles " in
  *" idle "*)
    ulimit -n "$(ulimit -Hn)"
    for heap in 256m 64m; do
      L7_JAVA_OPTS="-Xmx$heap" start_l7
      echo "heap $heap: $(python3 benchmarks/smtp_idle.py 2725 "$l7_pid" 10000)"
    done ;;
esac
case " $profiles " in
  *" slow "*)
    ulimit -n "$(ulimit -Hn)"
    start_l7 --tls-self-signed
    python3 benchmarks/smtp_slow.py 2725 5000 12 bob@hamburger.edu ;;
esac
case " $profiles " in
  *" large "*)
    L7_JAVA_OPTS="-Xmx48m" start_l7
    for _ in 1 2 3; do smtp-source -s 1 -m 1 -l 48500000 -f alice@crepes.fr -t bob@hamburger.edu inet:127.0.0.1:2725; done
    until [ "$(find "$work/store/mailboxes" -path '*/new/*' -size +40M | wc -l)" = 3 ]; do sleep_a_little; done
    echo "heap 48m: three mails of 48.5 MB taken and delivered, $(resident VmHWM) resident at most" ;;
esac
case " $profiles " in
  *" proof "*)
    command -v strace >/dev/null || { echo "benchmarks: strace is missing" >&2; exit 1; }
    below() { echo "$1"; local child; for child in $(pgrep -P "$1"); do below "$child"; done; }
    [ -n "$l7_pid" ] || start_l7
    for sessions in 4 20; do for who in postfix l7; do
      [ "$who" = postfix ] && { pid=$pf_pid port=2625; } || { pid=$l7_pid port=2725; }
      smtp-source -s "$sessions" -m 40 -l 300 -f alice@crepes.fr -t bob@hamburger.edu "inet:127.0.0.1:$port" # has the processes there
      attach=(); for p in $(below "$pid"); do attach+=(-p "$p"); done
      strace -f -y -ttt -T -s 200000 -e trace=write,pwrite64,sendto,fsync,fdatasync -o "$work/$who.trace" "${attach[@]}" 2>"$work/strace.err" & tracer=$!
      until grep -q attached "$work/strace.err"; do sleep_a_little; done
      smtp-source -d -s "$sessions" -m 200 -l 300 -f alice@crepes.fr -t bob@hamburger.edu "inet:127.0.0.1:$port"
      kill "$tracer"; wait "$tracer" 2>/dev/null || true
      printf "%s sessions: " "$sessions"; python3 benchmarks/sync_order.py "$who" "$work/$who.trace"
    done; done ;;
esac
