#!/usr/bin/env bash
# Measures the published program on the 80-function fixture host beside node_exporter in the same run: size, cold start to
# first scrape, CPU per scrape, resident memory. Quote ratios; absolute figures are this machine's.
#   tests/bench.sh [SCRAPES]        needs tests/run.sh to have run, node_exporter (package prometheus-node-exporter) and curl
set -euo pipefail
cd "$(dirname "$0")/.."
scrapes=${1:-1000}
exporter=$(ls artifacts/publish/Passthru.Exporter/release_linux-*/passthru-exporter)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
HOST=intel-server HOST_DIRECTORY=$work/host artifacts/bin/Passthru.Tests/debug/Passthru.Tests -explicit only >/dev/null

ticks() { awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"; }
rss() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status"; }
now() { echo "${EPOCHREALTIME/./}"; }

measure() { # NAME PORT COMMAND...
    local name=$1 url=http://127.0.0.1:$2/metrics pid start up before after; shift 2
    local starts=()
    for _ in 1 2 3 4 5; do
        start=$(now); "$@" 2>/dev/null & pid=$!
        until curl -sf -o "$work/page" "$url"; do :; done
        up=$(now); starts+=($((up - start)))
        kill "$pid"; wait "$pid" 2>/dev/null || true
    done
    "$@" 2>/dev/null & pid=$!
    until curl -sf -o "$work/page" "$url"; do :; done
    curl -sf -o /dev/null "$url?[1-20]"
    before=$(ticks "$pid"); local rss_before; rss_before=$(rss "$pid")
    curl -sf -o /dev/null "$url?[1-$scrapes]"
    after=$(ticks "$pid")
    printf '%-16s start %6d us  cpu/scrape %6d us  rss %6d kB after 20, %6d kB after %d more  series %d  threads %d  fds %d\n' "$name" \
        "$(printf '%s\n' "${starts[@]}" | sort -n | sed -n 3p)" $(((after - before) * 10000 / scrapes)) "$rss_before" "$(rss "$pid")" "$scrapes" \
        "$(grep -vc '^#' "$work/page")" "$(ls "/proc/$pid/task" | wc -l)" "$(ls "/proc/$pid/fd" | wc -l)"
    kill "$pid"; wait "$pid" 2>/dev/null || true
}

echo "passthru-exporter $(stat -c %s "$exporter") bytes, node_exporter $(stat -Lc %s "$(command -v prometheus-node-exporter)") bytes"
for _ in 1 2 3; do
    measure passthru 19568 "$exporter" --path.rootfs="$work/host" --web.listen-address=127.0.0.1:19568
    measure node_exporter 19569 prometheus-node-exporter --web.listen-address=127.0.0.1:19569
done
