using Microsoft.AspNetCore.Http;
using Passthru.Exporter.Metrics;
using Prometheus;

namespace Passthru.Exporter.Serving;

/// <summary>Answers a scrape with what the host looks like now, or with 503 when it can't be read.</summary>
internal sealed class Scrape(SharedRead read, IssueLog issues, Log log, TimeSpan timeout, bool all, Func<ProcessStatus> process)
{
    public async Task Answer(HttpContext context)
    {
        try
        {
            var (facts, report) = await read.Next().WaitAsync(ScrapeTimeout.Of(context.Request, timeout), context.RequestAborted);
            issues.Tell(facts);
            await Write(context, new View(facts, report, all, process()));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The scraper has gone.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            log.Error("cannot read the host", ("err", e.Message));
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync($"cannot read the host: {e.Message}\n");
        }
    }

    /// <summary>The library's own endpoint, on a registry of this page's: it negotiates the format with the scraper.</summary>
    private static Task Write(HttpContext context, View view)
    {
        var endpoint = new MetricServerMiddleware(_ => Task.CompletedTask, new MetricServerMiddleware.Settings { Registry = MetricsText.Registry(view) });
        return Gzip.Around(context, () => endpoint.Invoke(context));
    }
}
