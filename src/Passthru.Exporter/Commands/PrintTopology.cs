using System.CommandLine;
using Passthru.Exporter.Topology;

namespace Passthru.Exporter.Commands;

/// <summary><c>topology</c>: one read, how devices are wired to virtual machines.</summary>
internal static class PrintTopology
{
    public static int Run(ParseResult flags)
    {
        var (facts, report) = HostRoot.Look(flags);
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
