using Microsoft.AspNetCore.Http;
using Passthru.Exporter.Metrics;
using Prometheus;

namespace Passthru.Exporter.Serving;

/// <summary>Answers a scrape.</summary>
internal sealed class Scrape(Observed observed, Func<Observation, View> view)
{
    public Task Answer(HttpContext context) => observed.Answer(context, observation => Write(context, view(observation)));

    /// <summary>The library's own endpoint, on a registry of this page's: it negotiates the format with the scraper.</summary>
    private static Task Write(HttpContext context, View view)
    {
        var endpoint = new MetricServerMiddleware(_ => Task.CompletedTask, new MetricServerMiddleware.Settings { Registry = MetricsText.Registry(view) });
        return Gzip.Around(context, () => endpoint.Invoke(context));
    }
}
