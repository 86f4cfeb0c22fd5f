using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Passthru.Exporter.Serving;

/// <summary>How long a scrape may take: what Prometheus says it will wait, less what the way back takes, and no more than is set here.</summary>
internal static class ScrapeTimeout
{
    private const string Header = "X-Prometheus-Scrape-Timeout-Seconds";
    private static readonly TimeSpan WayBack = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(100);

    public static TimeSpan For(HttpRequest request, TimeSpan most)
    {
        var announced = double.TryParse(request.Headers[Header], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and < 86400
            ? TimeSpan.FromSeconds(seconds) - WayBack
            : most;
        return announced < Least ? Least : announced < most ? announced : most;
    }
}
