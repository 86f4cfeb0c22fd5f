using System.CommandLine;
using Passthru.Exporter.Metrics;

namespace Passthru.Exporter.Commands;

/// <summary><c>metrics</c>: one read, one page.</summary>
internal static class PrintMetrics
{
    /// <summary>Nobody waits with a deadline of his own here.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    public static int Run(ParseResult flags)
    {
        var observer = new HostObserver(HostRoot.Open(flags), HostRoot.WantedCollectors(flags), Timeout);
        var (facts, report) = observer.Observe();
        IssueLog.Tell(facts, HostRoot.Log(flags));
        using var page = new MemoryStream();
        MetricsText.WriteAsync(new View(facts, report, flags.GetValue(Flags.PciAll), Process: null), page).GetAwaiter().GetResult();
        if (flags.GetValue(Flags.Output) is { } file)
        {
            WholeFile.Write(file, page);
        }
        else
        {
            using var stdout = Console.OpenStandardOutput();
            page.WriteTo(stdout);
        }

        return 0;
    }
}
