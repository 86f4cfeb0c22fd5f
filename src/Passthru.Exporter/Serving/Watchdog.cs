using System.Globalization;
using Passthru.Exporter.Logging;

namespace Passthru.Exporter.Serving;

/// <summary>
/// Tells the service manager that the server is alive, as often as it wants to hear it (sd_watchdog_enabled(3)), and each time only after the
/// server has shown it.
/// </summary>
internal sealed class Watchdog(TimeSpan limit, Func<TimeSpan, CancellationToken, Task<bool>> answers, ServiceManager manager, Log log)
{
    /// <summary>After how long without a word the service manager ends this process; null when it does not.</summary>
    public static TimeSpan? LimitOf(string? microseconds, string? pid) =>
        long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0
        && (string.IsNullOrEmpty(pid) || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            ? TimeSpan.FromMicroseconds(limit)
            : null;

    /// <summary>Half of the limit between two words, as systemd recommends; half of that for an answer to come.</summary>
    public async Task Run(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(limit / 2);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            if (await answers(limit / 4, stopping))
            {
                manager.Alive();
            }
            else
            {
                log.Error("the server does not answer its own request; the watchdog gets no sign of life");
            }
        }
    }
}
