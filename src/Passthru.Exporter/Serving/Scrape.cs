using Microsoft.AspNetCore.Http;
using Passthru.Exporter.Metrics;
using Prometheus;

namespace Passthru.Exporter.Serving;

/// <summary>Answers a scrape.</summary>
internal sealed class Scrape(Observed observed, Func<Observation, View> view)
{
    private readonly Lock _lock = new();

    /// <summary>Held by those who write it, and by nobody once they have.</summary>
    private readonly WeakReference<Page> _last = new(null!);

    public Task Answer(HttpContext context) => observed.Answer(context, observation => Write(context, PageOf(observation)));

    /// <summary>The library's own endpoint, on a registry of this page's: it negotiates the format with the scraper.</summary>
    private static async Task Write(HttpContext context, Page page)
    {
        var endpoint = new MetricServerMiddleware(_ => Task.CompletedTask, new MetricServerMiddleware.Settings { Registry = page.Registry });
        await Gzip.Around(context, () => endpoint.Invoke(context));
        GC.KeepAlive(page);
    }

    /// <summary>Scrapers that share a read share its page too.</summary>
    private Page PageOf(Observation observation)
    {
        lock (_lock)
        {
            if (!_last.TryGetTarget(out var page) || page.Of != observation)
            {
                page = new Page(observation, MetricsText.Registry(view(observation)));
                _last.SetTarget(page);
            }

            return page;
        }
    }

    private sealed class Page(Observation observation, CollectorRegistry registry)
    {
        public Observation Of => observation;

        public CollectorRegistry Registry => registry;
    }
}
