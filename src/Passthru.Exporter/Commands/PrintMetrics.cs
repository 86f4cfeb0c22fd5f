using System.CommandLine;
using Passthru.Exporter.Metrics;

namespace Passthru.Exporter.Commands;

/// <summary><c>metrics</c>: one read, one page.</summary>
internal static class PrintMetrics
{
    public static int Run(ParseResult flags)
    {
        var (facts, report) = HostRoot.Look(flags);
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
