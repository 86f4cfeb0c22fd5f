#!/usr/bin/env bash
# Scrapes the published program many times while devices of the fixture host come and go, and prints memory, threads and
# descriptors along the way: none of them may grow.
#   tests/soak.sh [SCRAPES]         needs tests/run.sh to have run, and curl
set -euo pipefail
cd "$(dirname "$0")/.."
scrapes=${1:-10000}
exporter=$(ls artifacts/publish/Passthru.Exporter/release_linux-*/passthru-exporter)
work=$(mktemp -d)
mkdir "$work/gone"
HOST=intel-server HOST_DIRECTORY=$work/host artifacts/bin/Passthru.Tests/debug/Passthru.Tests -explicit only >/dev/null
"$exporter" --path.rootfs="$work/host" --web.listen-address=127.0.0.1:19567 --log.level=error & pid=$!
trap 'kill $pid $hotplug 2>/dev/null; rm -rf "$work"' EXIT

# One device after another is unplugged, plugged again with a directory of its own making, and once with another card's ids.
(
    while :; do
        for link in "$work"/host/sys/bus/pci/devices/0000:*; do
            device=$(readlink -f "$link")
            mv "$link" "$work/gone/" && sleep 0.02
            cp -a "$device" "$work/gone/copy" && rm -rf "$device" && mv "$work/gone/copy" "$device"
            echo "0x$(printf %04x $((RANDOM)))" > "$device/device"
            mv "$work/gone/$(basename "$link")" "$link" && sleep 0.02
        done
    done
) 2>/dev/null & hotplug=$!

until curl -sf -o /dev/null http://127.0.0.1:19567/metrics; do sleep 0.1; done
for part in $(seq 10); do
    curl -sf -o /dev/null "http://127.0.0.1:19567/metrics?[1-$((scrapes / 10))]"
    printf '%6d scrapes: rss %d kB, threads %d, descriptors %d\n' $((part * scrapes / 10)) \
        "$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")" "$(ls "/proc/$pid/task" | wc -l)" "$(ls "/proc/$pid/fd" | wc -l)"
done
