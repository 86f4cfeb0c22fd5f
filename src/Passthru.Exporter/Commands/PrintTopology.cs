using System.CommandLine;
using Passthru.Exporter.Configuration;
using Passthru.Exporter.Logging;
using Passthru.Exporter.Topology;

namespace Passthru.Exporter.Commands;

/// <summary><c>topology</c>: one read, how devices are wired to virtual machines.</summary>
internal static class PrintTopology
{
    public static int Run(ParseResult flags)
    {
        var (facts, report) = HostRoot.Look(flags);
        IssueLog.Tell(facts, HostRoot.Log(flags));
        var view = TopologyView.From(facts, report);
        using var stdout = new StreamWriter(Console.OpenStandardOutput());
        stdout.Write(flags.GetValue(Flags.TopologyFormat) switch
        {
            TopologyFormat.Json => TopologyJson.Render(view),
            TopologyFormat.Markdown => TopologyMarkdown.Render(view),
            _ => TopologyText.Render(view),
        });
        return 0;
    }
}
