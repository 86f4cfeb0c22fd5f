using System.CommandLine;
using Passthru.Exporter.Configuration;
using Passthru.Exporter.Metrics;

namespace Passthru.Exporter.Commands;

/// <summary><c>metrics</c>: one read, one page.</summary>
internal static class PrintMetrics
{
    /// <summary>Nobody waits with a deadline of his own here.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    public static int Run(ParseResult flags)
    {
        var tree = HostRoot.Open(flags);
        var settings = new SettingsSource(tree, flags.GetValue(Flags.ConfigFile));
        var observer = new HostObserver(tree, HostRoot.WantedCollectors(flags), settings, Timeout, HostRoot.Units(flags, tree));
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
