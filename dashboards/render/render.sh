#!/usr/bin/env bash
# Draws the dashboards over the demo fleet into dashboards/screenshots. Not part of the tests: it installs 440 MB of npm packages
# (pinned in package-lock.json) and needs node 20, chromium and prometheus.
#
#   dashboards/render/render.sh [DIRECTORY]
set -euo pipefail
cd "$(dirname "$0")"
out=$(realpath "${1:-../screenshots}")
[ -d node_modules ] || npm ci --ignore-scripts --no-audit --no-fund

work=$(mktemp -d "${TMPDIR:-/tmp}/passthru-render.XXXXXX")
trap '[ -z "${server:-}" ] || kill "$server" 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT
dotnet build --nologo -v quiet ../../tests/Passthru.Tests
PASSTHRU_DEMO_FLEET=$work ../../artifacts/bin/Passthru.Tests/debug/Passthru.Tests -noColor -explicit only -method '*DemoFleetTests.Write'

port=$((20000 + RANDOM % 10000))
echo 'scrape_configs: []' > "$work/prometheus.yml"
prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/data" --storage.tsdb.retention.time=10y \
    --web.listen-address="127.0.0.1:$port" --log.level=error &
server=$!
until curl -sf "127.0.0.1:$port/-/ready" >/dev/null; do kill -0 "$server"; sleep 0.2; done
node render.mjs --prometheus="http://127.0.0.1:$port" --end="$(cat "$work/end")" --out="$out"
