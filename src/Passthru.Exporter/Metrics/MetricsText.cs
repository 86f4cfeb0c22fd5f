using Prometheus;

namespace Passthru.Exporter.Metrics;

/// <summary>
/// A view as text. Its registries are made anew each time and then forgotten: a device that has gone leaves nothing behind, and
/// concurrent scrapes share nothing that changes. A large host takes several, so that no more than a piece of it is in memory twice.
/// </summary>
internal static class MetricsText
{
    /// <summary>In UTF-16 units; what a label holds beyond is of no use in a query.</summary>
    private const int LongestLabel = 128;

    /// <summary>Some tens of kilobytes of text.</summary>
    private const int SeriesOfPiece = 500;

    /// <summary>The last line of OpenMetrics, which the library writes after each registry.</summary>
    private static ReadOnlySpan<byte> End => "# EOF\n"u8;

    /// <summary>The page in the text format 0.0.4.</summary>
    public static async Task WriteAsync(View view, Stream stream)
    {
        foreach (var piece in await Pieces(Families.All, view, ExpositionFormat.PrometheusText))
        {
            await stream.WriteAsync(piece);
        }
    }

    /// <summary>The families as text, whole ones to a piece, and without the end of a page.</summary>
    public static async Task<List<byte[]>> Pieces(IReadOnlyList<Family> families, View view, ExpositionFormat format)
    {
        var pieces = new List<byte[]>();
        using var text = new MemoryStream(SeriesOfPiece * 128);
        for (var next = 0; next < families.Count;)
        {
            var registry = Prometheus.Metrics.NewCustomRegistry();
            for (var series = 0; series < SeriesOfPiece && next < families.Count; next++)
            {
                series += Add(families[next], view, registry);
            }

            await registry.CollectAndExportAsTextAsync(text, format);
            pieces.Add(WithoutEnd(text));
            text.SetLength(0);
        }

        return pieces;
    }

    public static CollectorRegistry Registry(IEnumerable<Family> families, View view)
    {
        var registry = Prometheus.Metrics.NewCustomRegistry();
        foreach (var family in families)
        {
            Add(family, view, registry);
        }

        return registry;
    }

    private static byte[] WithoutEnd(MemoryStream text)
    {
        var written = text.GetBuffer().AsSpan(0, (int)text.Length);
        return (written.EndsWith(End) ? written[..^End.Length] : written).ToArray();
    }

    /// <summary>
    /// Returns how many series that makes. The family is made with its first sample: the library writes a family without any as 0, or as
    /// a bare head.
    /// </summary>
    private static int Add(Family family, View view, CollectorRegistry registry)
    {
        Gauge? gauge = null;
        Counter? counter = null;
        var factory = Prometheus.Metrics.WithCustomRegistry(registry);
        var series = 0;
        foreach (var sample in family.Samples(view))
        {
            series++;
            var labels = sample.Labels is null ? [] : Array.Exists(sample.Labels, IsTooLong) ? Array.ConvertAll(sample.Labels, Cut) : sample.Labels;
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

        return series;
    }

    private static bool IsTooLong(string label) => label.Length > LongestLabel;

    private static string Cut(string label)
    {
        if (!IsTooLong(label))
        {
            return label;
        }

        var end = char.IsHighSurrogate(label[LongestLabel - 1]) ? LongestLabel - 1 : LongestLabel;
        return label[..end];
    }
}
