#!/bin/sh
# Makes from alerts/ the alerts as Grafana manages them itself, a file for provisioning/alerting (JSON, which is YAML):
#
#   deploy/grafana/generate.sh [TUNING] > alerting/passthru.yml       a file named is taken in the place of alerts/tuning.conf
#
# DATASOURCE and FOLDER in the environment name the data source (its uid) and the folder. Recording rules stay in Prometheus: load both
# *.rules.yml there, or the alerts on kernel events have nothing to ask. Grafana has neither ALERTS nor query() in texts: texts go without
# lookups, and a page is held, while the host says nothing, by what it said last if it said so three times.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/../../alerts/tune.sh" --json --grafana "$@" |
    sed -E 's/last_over_time\((passthru_[a-z_]+)\[([0-9a-z]+)\]\) (==|>) ([01]) unless/(last_over_time(\1[\2]) \3 \4 and sum_over_time(\1[\2]) > 2) unless/g; s/last_over_time\((passthru_iommu_enabled)\[([0-9a-z]+)\]\) == 0\\n/(last_over_time(\1[\2]) == 0 and count_over_time(\1[\2]) > 2)\\n/g' |
    jq --arg datasource "${DATASOURCE:-prometheus}" --arg folder "${FOLDER:-Passthrough}" '
        def text: gsub("\\$value"; "$values.A.Value");
        { apiVersion: 1, groups: [ .groups[] | . as $group
            | [ .rules[] | select(.alert) ] as $rules | select($rules | length > 0)
            | { orgId: 1, name: .name, folder: $folder, interval: .interval, rules: [ $rules | to_entries[] | .value as $rule
                | { uid: ("passthru-" + (($group.name + "-" + (.key | tostring)) | ltrimstr("passthru-"))), title: ($rule.alert + " (" + $rule.labels.severity + (if ([$rules[:.key][] | select(.alert == $rule.alert and .labels.severity == $rule.labels.severity)] | length) > 0 then ", " + (.key | tostring) else "" end) + ")"),
                    condition: "B", for: ($rule.for // "0s"),
                    data: [
                        { refId: "A", relativeTimeRange: { from: 600, to: 0 }, datasourceUid: $datasource, model: { refId: "A", expr: $rule.expr, instant: true, range: false } },
                        { refId: "B", datasourceUid: "__expr__", model: { refId: "B", type: "math", expression: "is_number($A)" } } ],
                    noDataState: "OK", execErrState: "KeepLast",
                    labels: ($rule.labels + { alertname: $rule.alert }),
                    annotations: ($rule.annotations | map_values(text)) }
                  + (if $rule.keep_firing_for then { keep_firing_for: $rule.keep_firing_for } else {} end) ] } ] }'
