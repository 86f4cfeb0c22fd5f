using Passthru.Exporter.Metrics;

namespace Passthru.Tests.Alerts;

/// <summary>Every metric and label that a rule may name.</summary>
internal static class MetricContract
{
    /// <summary>What Prometheus itself makes.</summary>
    private static readonly Dictionary<string, string[]> Prometheus = new()
    {
        ["up"] = ["may_be_off"],
        ["ALERTS"] = ["alertname", "alertstate", "severity", "bucket", "device", "group", "vm", "platform"],
    };

    private static readonly string[] Target = ["job", "instance", "cluster"];

    /// <summary>The labels of a metric, those of its target too; null where there is no such metric.</summary>
    public static string[]? Labels(string metric) =>
        Families.All.FirstOrDefault(family => family.Name == metric) is { } family ? [.. family.Labels, .. Target]
        : Prometheus.TryGetValue(metric, out var own) ? [.. own, .. Target]
        : RuleFile.Shipped.All.Concat(RuleFile.Capacity.All).Where(rule => rule.Record == metric).ToList() is { Count: > 0 } recorded ? Recorded(recorded)
        : null;

    public static bool IsCounter(string metric) => metric.EndsWith("_total", StringComparison.Ordinal);

    private static string[] Recorded(List<Rule> rules) =>
        [.. rules.SelectMany(rule => PromQl.Selectors(rule.Expr).SelectMany(it => Labels(it.Metric) ?? [])
            .Concat(PromQl.MadeLabels(rule.Expr)).Concat(rule.Labels.Keys)).Distinct()];
}
