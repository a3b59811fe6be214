#!/bin/sh
# Runs the public HTTP cache suite (github.com/http-tests/cache-tests) against l7 as a caching reverse proxy.
# Needs node 20, and a checkout of the suite with its dependency: git clone ... && cd cache-tests && npm install undici@7
# Usage: integration-tests/cache-tests.sh CHECKOUT        prints each failing required or optional case and the score
set -eu
suite=$(cd "$1" && pwd)
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
cd "$suite"
npm_config_protocol=http npm_config_port=8000 npm_config_pidfile="$work/pid" node test-engine/server/server.mjs >"$work/origin.log" 2>&1 &
origin=$!
"$root/l7" http serve --listen 127.0.0.1:0 --proxy /=http://127.0.0.1:8000 --cache 64MiB >"$work/ready" &
proxy=$!
trap 'kill $origin $proxy 2>/dev/null; rm -rf "$work"' EXIT
until grep -q '^ready http' "$work/ready"; do sleep 0.2; done
npm_config_id= npm_package_config_id= npm_config_base="http://$(sed -n 's/^ready http //p' "$work/ready")" \
  node --no-warnings test-engine/cli.mjs >"$work/results.json"
cat >"$work/score.mjs" <<'SCORE'
import fs from 'node:fs'
const [suite, file] = process.argv.slice(2)
const suites = (await import(suite + '/tests/index.mjs')).default
const { determineTestResult, resultTypes } = await import(suite + '/test-engine/lib/results.mjs')
const results = JSON.parse(fs.readFileSync(file))
const score = {}
for (const { tests } of suites) {
  for (const test of tests) {
    const kind = test.kind ?? 'required'
    const type = determineTestResult(suites, test.id, results)
    const name = Object.keys(resultTypes).find(key => resultTypes[key] === type)
    score[kind] ??= {}
    score[kind][name] = (score[kind][name] ?? 0) + 1
    if (kind !== 'check' && !['pass', 'untested'].includes(name)) console.log(kind, name, test.id, results[test.id]?.[1] ?? '')
  }
}
console.log(score)
SCORE
node "$work/score.mjs" "$suite" "$work/results.json"
