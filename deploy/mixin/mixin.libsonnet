// The rules and dashboards for those who keep their monitoring in jsonnet (the form of monitoring-mixins). Rules are made from alerts/ by generate.sh as JSON, which
// every jsonnet reads:
//
//   jb install github.com/passthru-exporter/passthru-exporter        (the whole repository: dashboards are in it, too)
//   local passthru = (import 'passthru-exporter/deploy/mixin/mixin.libsonnet') + { _config+:: { selector: 'job=~"pci.*"' } };
//   std.manifestYamlDoc(passthru.prometheusAlerts)
//
// Thresholds, times and severities are those of tuning.conf; change them there and run tune.sh.
{
  _config+:: {
    // Which targets are exporters.
    selector: 'job=~"passthru.*"',
    // The label that tells clusters apart; it and instance make a host one.
    clusterLabel: 'cluster',
    // %s is the name of the alert.
    runbookURLPattern: 'https://github.com/passthru-exporter/passthru-exporter/blob/main/alerts/runbooks/%s.md',
    grafanaURL: 'https://grafana.example.org',
    dashboardTags: ['passthru'],
  },

  local config = self._config,
  local replaced(text) =
    // The text is JSON still: quotes in it are escaped.
    local inner(word) = local whole = std.escapeStringJson(word); std.substr(whole, 1, std.length(whole) - 2);
    local selected = std.strReplace(text, inner('job=~"passthru.*"'), inner(config.selector));
    if config.clusterLabel == 'cluster' then selected else std.foldl(
      function(done, pair) std.strReplace(done, pair[0], pair[1]),
      [
        ['(cluster, ', '(%s, ' % config.clusterLabel],
        ['{cluster=%q', '{%s=%%q' % config.clusterLabel],
        ['$labels.cluster', '$labels.%s' % config.clusterLabel],
        ['var-cluster', 'var-%s' % config.clusterLabel],
      ],
      selected
    ),
  local rules(text) = std.parseJson(replaced(text)),

  prometheusAlerts+:: {
    groups+: [
      group {
        rules: [
          if !std.objectHas(rule, 'alert') then rule else rule {
            annotations+: {
              runbook_url: config.runbookURLPattern % rule.alert,
              dashboard_url: std.strReplace(rule.annotations.dashboard_url, 'https://grafana.example.org', config.grafanaURL),
            },
          }
          for rule in group.rules
        ],
      }
      for group in rules(importstr 'rules.json').groups
    ],
  },

  prometheusRules+:: {
    groups+: rules(importstr 'capacity.json').groups,
  },

  local dashboard(text) = std.parseJson(text) + { tags: config.dashboardTags },
  grafanaDashboards+:: {
    'passthru-fleet.json': dashboard(importstr '../../dashboards/fleet.json'),
    'passthru-host.json': dashboard(importstr '../../dashboards/host.json'),
    'passthru-capacity.json': dashboard(importstr '../../dashboards/capacity.json'),
    'passthru-isolation.json': dashboard(importstr '../../dashboards/isolation.json'),
  },
}
