#!/bin/sh
# Makes from alerts/ what mixin.libsonnet reads: rules.json and capacity.json, beside this script. A file named is taken in the place of
# alerts/tuning.conf.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/../../alerts/tune.sh" --json "$@" >"$here/rules.json"
"$here/../../alerts/tune.sh" --json --capacity "$@" >"$here/capacity.json"
