#!/bin/sh
# Runs the public HTTP cache suite (github.com/http-tests/cache-tests) against l7 as a caching reverse proxy.
# Needs node 20 and the suite with its dependency undici 7:
#   git clone https://github.com/http-tests/cache-tests && cd cache-tests && npm install --no-save undici@7
# Usage: integration-tests/cache-tests.sh CHECKOUT        prints each failing required or optimal case and the score
# The release on npm (http-cache-tests 0.4.5, of 2021) runs as well: name its folder. Of its 160 required cases the
# suite has since turned some round (an Age that is no number was to mean stale and is now to be ignored).
# L7='java -cp ... io.l7.cli.main.Main' takes another launcher than ./l7.
set -eu
[ $# = 1 ] && [ -d "$1/tests" ] || { echo "usage: $0 CHECKOUT (a folder of http-tests/cache-tests)" >&2; exit 2; }
command -v node >/dev/null || { echo "$0: node is missing" >&2; exit 1; }
suite=$(cd "$1" && pwd)
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
engine=$suite
[ ! -d "$suite/test-engine" ] || engine=$suite/test-engine
port=$((20000 + $$ % 10000))
cd "$suite"
npm_config_protocol=http npm_config_port=$port npm_config_pidfile="$work/pid" node "$engine/server/server.mjs" >"$work/origin.log" 2>&1 &
origin=$!
${L7:-"$root/l7"} http serve --listen 127.0.0.1:0 --proxy "/=http://127.0.0.1:$port" --cache 64MiB >"$work/ready" &
proxy=$!
trap 'kill $origin $proxy 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT
until grep -q '^ready http' "$work/ready"; do
  kill -0 $proxy 2>/dev/null || { echo "$0: l7 did not start" >&2; exit 1; }
  sleep 0.2
done
npm_config_id= npm_package_config_id= npm_config_base="http://$(sed -n 's/^ready http //p' "$work/ready")" \
  node --no-warnings "$engine/cli.mjs" >"$work/results.json"
cat >"$work/score.mjs" <<'SCORE'
import fs from 'node:fs'
const [suite, engine, file] = process.argv.slice(2)
const suites = (await import(suite + '/tests/index.mjs')).default
const lib = fs.existsSync(engine + '/lib/results.mjs') ? 'results' : 'display'
const { determineTestResult, resultTypes = {} } = await import(`${engine}/lib/${lib}.mjs`)
// The release on npm keeps its names to itself and gives their signs.
const old = { '✅': 'pass', '-': 'untested', '⛔️': 'fail', '⚠️': 'optional_fail', 'Y': 'yes', 'N': 'no', '🔹': 'setup_fail', '⚪️': 'dependency_fail' }
const results = JSON.parse(fs.readFileSync(file))
const score = {}
for (const { tests } of suites) {
  for (const test of tests) {
    const kind = test.kind ?? 'required'
    const type = determineTestResult(suites, test.id, results)
    const name = Object.keys(resultTypes).find(key => resultTypes[key] === type) ?? old[type[2]] ?? type[2]
    score[kind] ??= {}
    score[kind][name] = (score[kind][name] ?? 0) + 1
    if (kind !== 'check' && !['pass', 'untested'].includes(name)) console.log(kind, name, test.id, results[test.id]?.[1] ?? '')
  }
}
console.log(score)
SCORE
node "$work/score.mjs" "$suite" "$engine" "$work/results.json"
