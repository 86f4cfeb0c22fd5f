using System.CommandLine;
using System.Text;
using Passthru.Exporter.Configuration;
using Passthru.Exporter.Logging;
using Passthru.Exporter.Metrics;
using Passthru.Exporter.Text;

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
            AtomicFile.Write(file, page);
        }
        else
        {
            using var stdout = Console.OpenStandardOutput();
            if (Console.IsOutputRedirected)
            {
                page.WriteTo(stdout);
            }
            else
            {
                // Names come from firmware and files: a terminal is shown none of their control characters.
                var lines = Encoding.UTF8.GetString(page.GetBuffer(), 0, (int)page.Length).Split('\n').Select(Printable.Text);
                stdout.Write(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
            }
        }

        return 0;
    }
}
