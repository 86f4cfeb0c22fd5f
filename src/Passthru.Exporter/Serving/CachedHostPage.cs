using Passthru.Exporter.Metrics;
using Passthru.Findings.Reports;
using Prometheus;

namespace Passthru.Exporter.Serving;

/// <summary>What a page says of the host, in each format that somebody has asked for: written once, and good as long as the report is.</summary>
internal sealed class CachedHostPage(View view)
{
    private readonly Dictionary<ExpositionFormat, Task<List<byte[]>>> _texts = [];

    /// <summary>What it is written from.</summary>
    public Report Report => view.Report;

    public Task<List<byte[]>> In(ExpositionFormat format)
    {
        lock (_texts)
        {
            return _texts.TryGetValue(format, out var text) && !text.IsFaulted
                ? text
                : _texts[format] = MetricsText.Pieces(Families.ForHost, view, format);
        }
    }
}
