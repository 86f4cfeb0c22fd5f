using System.Globalization;
using Microsoft.AspNetCore.Http;
using Passthru.Exporter.Logging;
using Passthru.Exporter.Observing;
using Passthru.Exporter.Text;

namespace Passthru.Exporter.Serving;

/// <summary>Answers with what the host looks like now, or with 503 when it can't be read.</summary>
internal sealed class ObservationEndpoint(ReadCoalescer read, IssueLog issues, Log log, TimeSpan timeout)
{
    /// <summary>In UTC; 0: never yet.</summary>
    private long _lastReadTicks;

    /// <param name="context">The request.</param>
    /// <param name="write">Makes the answer of an observation.</param>
    public async Task Answer(HttpContext context, Func<Observation, Task> write)
    {
        try
        {
            var observation = await read.Next().WaitAsync(ScrapeTimeout.For(context.Request, timeout), context.RequestAborted);
            Volatile.Write(ref _lastReadTicks, observation.Facts.TakenAt.UtcTicks);
            issues.Tell(observation);
            await write(observation);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has gone.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            log.Error("cannot read the host", ("err", Reason.Of(e)));
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync($"cannot read the host: {Reason.Of(e)}{LastRead()}\n");
        }
    }

    private string LastRead() => Volatile.Read(ref _lastReadTicks) is var ticks and not 0
        ? string.Create(CultureInfo.InvariantCulture, $"; last read at {new DateTime(ticks, DateTimeKind.Utc):s}Z")
        : "";
}
