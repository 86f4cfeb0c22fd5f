#!/usr/bin/env bash
# Measures the published program beside node_exporter (Debian's, all default collectors) and beside a C program that reads the
# same files and does nothing else (readfiles.c), in turn on the same host, and prints ratios: absolute figures are this machine's.
#   tests/bench/run.sh [-r ROUNDS] [-n SCRAPES] [HOST...]
# HOST is a fixture host, scaled-512, scaled-512-eighth, scaled-4096 (tests/Passthru.Tests/Hosts/ScaledHost.cs), or "this" for the
# machine it runs on; all that the targets speak of where none is given. The exporter runs with the variable that unit and image set.
# Needs tests/run.sh to have run, and the packages prometheus-node-exporter, strace, gcc and curl. PORT (26500) and the two above it are used.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=5
scrapes=1000    # until resident memory is looked at
while getopts r:n: option; do
    case $option in r) rounds=$OPTARG ;; n) scrapes=$OPTARG ;; *) exit 2 ;; esac
done
shift $((OPTIND - 1))
hosts=("$@")
[ ${#hosts[@]} -gt 0 ] || hosts=(intel-server scaled-512 scaled-512-eighth scaled-4096 this)
port=${PORT:-26500}
exporter=$(ls "$PWD"/artifacts/publish/Passthru.Exporter/release_linux-*/passthru-exporter)
work=$(mktemp -d -p "${WORK:-/dev/shm}")
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT
gcc -O2 -o "$work/readfiles" tests/bench/readfiles.c
gcc -O2 -o "$work/coldstart" tests/bench/coldstart.c

ticks() { awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"; }
rss() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status"; }
url() { echo "http://127.0.0.1:$1/metrics"; }
scrape() { curl -sf -o /dev/null "$(url "$1")$([ "$2" = 1 ] || echo "?[1-$2]")"; }    # PORT COUNT
scrape_compressed() { curl -sf -o /dev/null -H 'Accept-Encoding: gzip' "$(url "$1")?[1-$2]"; }    # as Prometheus does
answered() { until curl -sf -o /dev/null "$(url "$1")"; do sleep 0.02; done; }
spread() { sort -g | awk '{ v[NR] = $1 } END { printf "%.2f (%.2f to %.2f)", v[int((NR + 1) / 2)], v[1], v[NR] }'; }
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
over() { paste "$1" "$2" | awk '{ print $1 / $2 }' | spread; }

start() { # PORT COMMAND...   sets $pid
    local at=$1; shift
    "$@" --web.listen-address="127.0.0.1:$at" >/dev/null 2>&1 & pid=$!
    pids+=("$pid")
}

cold_start() { # PORT COMMAND...   microseconds to the end of the first answer
    "$work/coldstart" "$@" --web.listen-address="127.0.0.1:$1" 2>/dev/null
}

cpu() { # FILE PID PORT COUNT   microseconds of CPU for each scrape
    local before; before=$(ticks "$2")
    scrape "$3" "$4"
    echo $((($(ticks "$2") - before) * 10000 / $4)) >> "$1"
}

# Every function and group is another one after this: two copies of sysfs change places, and in one of them a function is enabled once more.
copy_sysfs() {
    cp -a "$1/sys" "$1/sys.other"
    local enable; enable=$(find "$1/sys.other/devices" -name enable | sort | sed -n 1p)
    echo $(($(cat "$enable") + 1)) > "$enable"
}
swap() { mv "$1/sys" "$1/sys.third"; mv "$1/sys.other" "$1/sys"; mv "$1/sys.third" "$1/sys.other"; }

uncached() { # FILE PID PORT COUNT ROOT
    local before i; before=$(ticks "$2")
    for ((i = 0; i < $4; i++)); do swap "$5"; scrape "$3" 1; done
    echo $((($(ticks "$2") - before) * 10000 / $4)) >> "$1"
}

limit_after_swap() { # LIST COUNT ROOT   what the C program needs for a pass when it, too, finds everything in another place
    local i
    for ((i = 0; i < $2; i++)); do swap "$3"; "$work/readfiles" "$1" 1; done | awk '{ sum += $1 } END { printf "%.0f\n", sum / NR }'
}

latencies() { # PORT SCRAPERS EACH   seconds of each scrape, without the first five of each scraper, in which the others are still being started
    local i scrapers=()
    for ((i = 0; i < $2; i++)); do
        curl -sf -o /dev/null -w '%{time_total}\n' "$(url "$1")?[1-$3]" > "$work/latency.$i" & scrapers+=($!)
    done
    wait "${scrapers[@]}"
    tail -q -n +6 "$work"/latency.*; rm "$work"/latency.*
}

list_files() { # LIST PID PORT   the files of one scrape
    strace -f -qq -y -s 4096 -e trace=openat,openat2,readlinkat,statx -o "$work/trace" -p "$2" & local tracer=$!
    until grep -q '^TracerPid:	[1-9]' "/proc/$2/status"; do sleep 0.05; done
    scrape "$3" 1
    kill -INT "$tracer"; wait "$tracer" || true
    awk -f tests/bench/files.awk "$work/trace" > "$1"
}

measure() { # HOST
    local host=$1 root=$work/$1 at=$work/$1.figures own node count=1 i command=(env DOTNET_GCGen1MaxBudget=80000 "$exporter" --log.level=error --scrape.timeout=120)    # strace is slow
    mkdir "$at"
    if [ "$host" != this ]; then
        HOST=$host HOST_DIRECTORY=$root artifacts/bin/Passthru.Tests/debug/Passthru.Tests -class '*.WriteOut' -explicit only >/dev/null
        copy_sysfs "$root"
        command+=(--path.rootfs="$root")
    fi
    for ((i = 0; i < rounds; i++)); do
        cold_start $((port + 2)) "${command[@]}" >> "$at/start"
        cold_start $((port + 2)) prometheus-node-exporter >> "$at/node-start"
    done

    start "$port" "${command[@]}"; own=$pid
    start $((port + 1)) prometheus-node-exporter; node=$pid
    until curl -sf -o /dev/null "http://127.0.0.1:$port/-/ready"; do sleep 0.02; done
    [ "$host" = this ] || { scrape "$port" 3; swap "$root"; }
    list_files "$at/list" "$own" "$port"
    answered $((port + 1))
    scrape "$port" 20
    count=$(( 4000000 / (1 + $(latencies "$port" 1 10 | median | awk '{ print int($1 * 1e6) }')) ))
    count=$((count > 300 ? 300 : count < 10 ? 10 : count))
    for ((i = 0; i < rounds; i++)); do
        "$work/readfiles" "$at/list" $((count < 50 ? count : 50)) >> "$at/c"
        cpu "$at/unchanged" "$own" "$port" "$count"
        [ "$host" = this ] || uncached "$at/uncached" "$own" "$port" $((count < 50 ? count : 50)) "$root"
        [ "$host" = this ] || limit_after_swap "$at/list" $((count < 50 ? count : 50)) "$root" >> "$at/c-swapped"
        cpu "$at/node" "$node" $((port + 1)) 50
        latencies "$port" 1 "$count" | median >> "$at/one"
        latencies "$port" 10 $((count < 50 ? count : 50)) | sort -g | awk '{ v[NR] = $1 } END { print v[int(NR * 0.99)] }' >> "$at/ten"
    done
    scrape_compressed "$port" $((count * 2)); local early; early=$(rss "$own")
    scrape_compressed "$port" "$scrapes"; scrape_compressed $((port + 1)) "$scrapes"
    rss "$own" > "$at/rss"; rss "$node" > "$at/node-rss"

    printf '\n%s: %d files in a scrape that knows nothing, %d series, load %s\n' "$host" "$(wc -l < "$at/list")" \
        "$(curl -sf "$(url "$port")" | grep -vc '^#')" "$(cut -d' ' -f1 /proc/loadavg)"
    printf '  CPU, us: C %d, unchanged %d, nothing cached %s, node_exporter %d\n' "$(median < "$at/c")" "$(median < "$at/unchanged")" \
        "$([ "$host" = this ] && echo - || median < "$at/uncached")" "$(median < "$at/node")"
    [ "$host" = this ] || echo "  CPU, nothing cached / C           $(over "$at/uncached" "$at/c")"
    [ "$host" = this ] || echo "  CPU, nothing cached / C, swapped  $(over "$at/uncached" "$at/c-swapped") of $(median < "$at/c-swapped") us"
    echo "  CPU, unchanged / C                $(over "$at/unchanged" "$at/c")"
    echo "  CPU, unchanged / node_exporter    $(over "$at/unchanged" "$at/node")"
    echo "  resident / node_exporter          $(over "$at/rss" "$at/node-rss") of $(cat "$at/rss") and $(cat "$at/node-rss") kB; before the last $scrapes scrapes $early kB"
    echo "  cold start / node_exporter        $(over "$at/start" "$at/node-start") of $(median < "$at/start") and $(median < "$at/node-start") us"
    echo "  p99 of 10 scrapers / median of 1  $(over "$at/ten" "$at/one")"
    kill "$own" "$node"; wait "$own" "$node" 2>/dev/null || true
    rm -rf "$root"
}

stat -c 'passthru-exporter: %s bytes' "$exporter"
for host in "${hosts[@]}"; do measure "$host"; done
if [ -d "$work/scaled-4096.figures" ] && [ -d "$work/scaled-512-eighth.figures" ]; then
    echo; echo "eight times everything, unchanged: $(over "$work/scaled-4096.figures/unchanged" "$work/scaled-512-eighth.figures/unchanged") times the CPU"
fi
