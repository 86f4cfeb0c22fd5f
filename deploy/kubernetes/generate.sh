#!/bin/sh
# Makes from alerts/ what Kubernetes takes of it: the PrometheusRule for Kustomize, and the rules that the Helm chart switches and tunes.
#
#   deploy/kubernetes/generate.sh [DIRECTORY]      write them, here or below another directory
#
# It reads alerts/tuning.conf: change that for thresholds, and for all that Kustomize deploys.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
alerts=$here/../../alerts
out=${1:-$here}

# A rule file is the spec of a PrometheusRule, two columns further in.
resource() { # NAME RULES
    printf -- '---\napiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: %s\n  labels:\n    app.kubernetes.io/name: passthru-exporter\nspec:\n' "$1"
    printf '%s\n' "$2" | sed '/./s/^/  /'
}

rules=$("$alerts/tune.sh")
rows=$("$alerts/tune.sh" --rows)
operator=$out/components/prometheus-operator
chart=$out/helm/passthru-exporter/rules
mkdir -p "$operator" "$chart"
{
    echo '# Made by generate.sh from alerts/: change it there.'
    resource passthru-exporter "$rules"
    resource passthru-exporter-capacity "$(cat "$alerts/passthru-capacity.rules.yml")"
} > "$operator/prometheusrule.yaml"
printf '%s\n' "$rows" > "$chart/passthru.rules.yml"
