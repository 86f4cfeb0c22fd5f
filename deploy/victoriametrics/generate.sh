#!/bin/sh
# Makes from alerts/ the rules for vmalert:
#
#   deploy/victoriametrics/generate.sh > passthru.rules.yml            for every vmalert, that of Debian 12 (1.79.5) among them
#   deploy/victoriametrics/generate.sh --keep > passthru.rules.yml     for one that knows keep_firing_for
#
# A file named after that is taken in the place of alerts/tuning.conf.
#
# In MetricsQL increase() takes the first value of a series for grown from 0, so that each exporter that starts would raise alerts for
# errors counted before; increase_prometheus() does what increase() does in Prometheus.
set -eu
alerts=$(cd "$(dirname "$0")/../../alerts" && pwd)
keep=
if [ "${1:-}" = --keep ]; then
    keep=1
    shift
fi
tuning=$(mktemp)
trap 'rm -f "$tuning"' EXIT
awk -v keep="$keep" '/^Passthru/ && !keep { $5 = "-" } { print }' "${1:-$alerts/tuning.conf}" > "$tuning"
rules=$("$alerts/tune.sh" "$tuning")
printf '%s\n' "$rules" | sed 's/\<increase(/increase_prometheus(/g'
