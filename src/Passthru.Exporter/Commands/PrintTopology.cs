using System.CommandLine;
using Passthru.Exporter.Configuration;
using Passthru.Exporter.Topology;

namespace Passthru.Exporter.Commands;

/// <summary><c>topology</c>: one read, how devices are wired to virtual machines.</summary>
internal static class PrintTopology
{
    public static int Run(ParseResult flags)
    {
        var tree = HostRoot.Open(flags);
        var settings = new SettingsSource(tree, flags.GetValue(Flags.ConfigFile));
        var observer = new HostObserver(tree, HostRoot.WantedCollectors(flags), settings, PrintMetrics.Timeout, HostRoot.Units(flags, tree));
        var (facts, report) = observer.Observe();
        IssueLog.Tell(facts, HostRoot.Log(flags));
        var wiring = Wiring.Of(facts, report);
        using var stdout = new StreamWriter(Console.OpenStandardOutput());
        stdout.Write(flags.GetValue(Flags.TopologyFormat) switch
        {
            TopologyFormat.Json => TopologyJson.Of(wiring),
            TopologyFormat.Markdown => TopologyMarkdown.Of(wiring),
            _ => TopologyText.Of(wiring),
        });
        return 0;
    }
}

/// <summary>For a terminal, for programs, for a wiki.</summary>
internal enum TopologyFormat
{
    Text,
    Json,
    Markdown,
}
