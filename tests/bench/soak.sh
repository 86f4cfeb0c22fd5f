#!/usr/bin/env bash
# A day of scrapes, one every 15 s without the waiting, while devices of the 80-function fixture host come and go and change
# their drivers, virtual machines start and stop, and every tenth scraper goes away in the middle: memory, threads and
# descriptors must not grow. The last lines give the slope of each over the second half of the day, with its standard error.
#   tests/bench/soak.sh [SCRAPES]       needs tests/run.sh to have run, and curl; uses PORT (26510)
set -euo pipefail
cd "$(dirname "$0")/../.."
scrapes=${1:-5760}
port=${PORT:-26510}
exporter=$(ls artifacts/publish/Passthru.Exporter/release_linux-*/passthru-exporter)
work=$(mktemp -d -p "${WORK:-/dev/shm}")
host=$work/host
mkdir "$work/gone"
HOST=intel-server HOST_DIRECTORY=$host artifacts/bin/Passthru.Tests/debug/Passthru.Tests -class '*.WriteOut' -explicit only >/dev/null
"$exporter" --path.rootfs="$host" --web.listen-address="127.0.0.1:$port" --log.level=error & pid=$!
trap 'kill $pid $churn 2>/dev/null; rm -rf "$work"' EXIT

machine() { # PID   comes, and is gone the next time
    if [ -d "$host/proc/$1" ]; then rm -rf "$host/proc/$1"; return; fi
    mkdir -p "$host/proc/$1/fd"
    echo kvm > "$host/proc/$1/comm"
    printf '/usr/bin/kvm\0-id\0%d\0-name\0vm%d\0' "$1" "$1" > "$host/proc/$1/cmdline"
    echo "0::/qemu.slice/$1.scope" > "$host/proc/$1/cgroup"
    ln -s /dev/vfio/vfio "$host/proc/$1/fd/20"; ln -s "/dev/vfio/$(($1 % 40))" "$host/proc/$1/fd/21"
}

# One device after another is unplugged and plugged again with a directory of its own making, with another card's ids and without its driver.
(
    for ((i = 0; ; i++)); do
        for link in "$host"/sys/bus/pci/devices/0000:*; do
            device=$(readlink -f "$link")
            mv "$link" "$work/gone/" && sleep 0.02
            cp -a "$device" "$work/gone/copy" && rm -rf "$device" && mv "$work/gone/copy" "$device"
            printf '0x%04x\n' $((RANDOM)) > "$device/device"
            echo $((RANDOM % 2)) > "$device/enable"
            if [ -L "$device/driver" ]; then rm "$device/driver"; else ln -s ../../../bus/pci/drivers/vfio-pci "$device/driver"; fi
            mv "$work/gone/$(basename "$link")" "$link" && sleep 0.02
            machine $((3000 + RANDOM % 50))
        done
    done
) 2>/dev/null & churn=$!

sample() { # SCRAPES
    printf '%d %d %d %d\n' "$1" "$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")" "$(ls "/proc/$pid/task" | wc -l)" "$(ls "/proc/$pid/fd" | wc -l)"
}

url=http://127.0.0.1:$port/metrics
until curl -sf -o /dev/null "$url"; do sleep 0.1; done
echo '  scrapes  rss kB  threads  descriptors'
for part in $(seq 48); do
    curl -sf -o /dev/null "$url?[1-$((scrapes / 48))]"
    for _ in 1 2 3; do curl -s -m 0.004 -o /dev/null "$url" || true; done
    sample $((part * scrapes / 48)) >> "$work/samples"
    [ $((part % 6)) -ne 0 ] || tail -n 1 "$work/samples" | awk '{ printf "%9d %7d %8d %12d\n", $1, $2, $3, $4 }'
done

slope() { # NAME COLUMN   least squares over the second half, by 1,000 scrapes
    awk -v name="$1" -v column="$2" 'NR > 24 { n++; x = $1 / 1000; y = $column; sx += x; sy += y; sxx += x * x; sxy += x * y; syy += y * y }
        END {
            d = n * sxx - sx * sx; b = (n * sxy - sx * sy) / d; a = (sy - b * sx) / n
            r = syy - a * sy - b * sxy; if (r < 0) r = 0
            printf "%-12s %+.2f a thousand scrapes, standard error %.2f\n", name, b, sqrt(r / (n - 2) * n / d)
        }' "$work/samples"
}
slope 'rss, kB' 2; slope threads 3; slope descriptors 4
