using Prometheus;

namespace Passthru.Exporter.Metrics;

/// <summary>
/// A view as a registry of its own, made anew for each page and then forgotten: a device that has gone leaves nothing behind,
/// and concurrent scrapes share nothing that changes.
/// </summary>
internal static class MetricsText
{
    /// <summary>In UTF-16 units; what a label holds beyond is of no use in a query.</summary>
    private const int LongestLabel = 128;

    public static CollectorRegistry Registry(View view)
    {
        var registry = Prometheus.Metrics.NewCustomRegistry();
        var factory = Prometheus.Metrics.WithCustomRegistry(registry);
        foreach (var family in Families.All)
        {
            Add(family, view, factory);
        }

        return registry;
    }

    /// <summary>The page in the text format 0.0.4.</summary>
    public static Task WriteAsync(View view, Stream stream) => Registry(view).CollectAndExportAsTextAsync(stream);

    /// <summary>The family is made with its first sample: the library writes a family without any as 0, or as a bare head.</summary>
    private static void Add(Family family, View view, MetricFactory factory)
    {
        Gauge? gauge = null;
        Counter? counter = null;
        foreach (var sample in family.Samples(view))
        {
            var labels = sample.Labels is null ? [] : Array.ConvertAll(sample.Labels, Cut);
            if (family.Type == FamilyType.Counter)
            {
                counter ??= factory.CreateCounter(family.Name, family.Help, family.Labels);
                counter.WithLabels(labels).IncTo(sample.Value);
            }
            else
            {
                gauge ??= factory.CreateGauge(family.Name, family.Help, family.Labels);
                gauge.WithLabels(labels).Set(sample.Value);
            }
        }
    }

    private static string Cut(string label)
    {
        if (label.Length <= LongestLabel)
        {
            return label;
        }

        var end = char.IsHighSurrogate(label[LongestLabel - 1]) ? LongestLabel - 1 : LongestLabel;
        return label[..end];
    }
}
