using Microsoft.AspNetCore.Http;
using Passthru.Exporter.Metrics;
using Passthru.Exporter.Observing;
using Prometheus;

namespace Passthru.Exporter.Serving;

/// <summary>Answers a scrape: with what the host looks like, which is written anew when that has changed, and with how the exporter fares.</summary>
internal sealed class MetricsEndpoint(ObservationEndpoint observed, Func<Observation, View> view)
{
    private readonly Lock _lock = new();
    private Page? _last;

    public Task Answer(HttpContext context) => context.Request.Query.ContainsKey("collect[]")
        ? RefuseChoice(context)
        : observed.Answer(context, observation => Write(context, PageOf(observation)));

    /// <summary>Some families stand on several collectors, so a scrape of one of them would say less than it seems to.</summary>
    private static Task RefuseChoice(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync("collect[] is not supported: switch collectors off with --no-collector.NAME\n");
    }

    private static async Task Write(HttpContext context, Page page)
    {
        var exporter = await WriteExporter(context, page.Exporter);
        var host = await page.Host.In(FormatOf(context.Response));
        await Gzip.Around(context, async () =>
        {
            foreach (var piece in host.Append(exporter))
            {
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            }
        });
    }

    /// <summary>By the library's own endpoint, which negotiates the format with the scraper and ends the page.</summary>
    private static async Task<byte[]> WriteExporter(HttpContext context, CollectorRegistry exporter)
    {
        var endpoint = new MetricServerMiddleware(_ => Task.CompletedTask, new MetricServerMiddleware.Settings { Registry = exporter });
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

    /// <summary>Scrapers that share a read share all that is made of it.</summary>
    private Page PageOf(Observation observation)
    {
        lock (_lock)
        {
            return ReferenceEquals(_last?.Of, observation) ? _last : _last = NewPage(observation, _last?.Host);
        }
    }

    private Page NewPage(Observation observation, CachedHostPage? before)
    {
        var now = view(observation);
        var host = ReferenceEquals(before?.Report, now.Report) ? before : new CachedHostPage(now);
        return new Page(observation, host, MetricsText.Registry(Families.OfExporter, now));
    }

    private sealed record Page(Observation Of, CachedHostPage Host, CollectorRegistry Exporter);
}
