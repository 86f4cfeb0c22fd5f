using Microsoft.AspNetCore.Http;
using Passthru.Exporter.Metrics;
using Prometheus;

namespace Passthru.Exporter.Serving;

/// <summary>Answers a scrape: with what the host looks like, which is written anew when that has changed, and with how the exporter fares.</summary>
internal sealed class Scrape(Observed observed, Func<Observation, View> view)
{
    private readonly Lock _lock = new();
    private HostText? _host;

    public Task Answer(HttpContext context) => observed.Answer(context, observation => Write(context, view(observation)));

    private async Task Write(HttpContext context, View page)
    {
        var exporter = await WriteExporter(context, page);
        var host = await Of(page).In(FormatOf(context.Response));
        await Gzip.Around(context, async () =>
        {
            foreach (var piece in host.Append(exporter))
            {
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            }
        });
    }

    /// <summary>By the library's own endpoint, which negotiates the format with the scraper and ends the page.</summary>
    private static async Task<byte[]> WriteExporter(HttpContext context, View page)
    {
        var registry = MetricsText.Registry(Families.OfExporter, page);
        var endpoint = new MetricServerMiddleware(_ => Task.CompletedTask, new MetricServerMiddleware.Settings { Registry = registry });
        var body = context.Response.Body;
        using var text = new MemoryStream();
        context.Response.Body = text;
        await endpoint.Invoke(context);
        context.Response.Body = body;
        return text.ToArray();
    }

    private static ExpositionFormat FormatOf(HttpResponse response) =>
        response.ContentType?.StartsWith(PrometheusConstants.OpenMetricsContentType, StringComparison.Ordinal) == true
            ? ExpositionFormat.OpenMetricsText
            : ExpositionFormat.PrometheusText;

    private HostText Of(View page)
    {
        lock (_lock)
        {
            return ReferenceEquals(_host?.Report, page.Report) ? _host : _host = new HostText(page);
        }
    }
}
