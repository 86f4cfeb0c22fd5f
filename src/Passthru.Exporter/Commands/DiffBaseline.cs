using System.CommandLine;
using Passthru.Exporter.Configuration;
using Passthru.Exporter.Logging;
using Passthru.Exporter.Observing;
using Passthru.Exporter.Text;
using Passthru.Facts;
using Passthru.Facts.Baseline;
using Passthru.Facts.Reading;

namespace Passthru.Exporter.Commands;

/// <summary><c>baseline diff</c>: what changed since the topology was accepted.</summary>
internal static class DiffBaseline
{
    private const int Same = 0;
    private const int Changed = 1;

    public static int Run(ParseResult flags)
    {
        try
        {
            var (facts, report) = Look(flags);
            IssueLog.Tell(facts, HostRoot.Log(flags));
            var drift = report.Drift ?? throw new CannotStartException(WhyNoBaseline(facts, flags));
            Console.Out.Write(flags.GetValue(Flags.ReportFormat) == ReportFormat.Json ? DriftJson.Render(drift) : DriftText.Render(drift, facts.Baseline!));
            return drift.Changes.Length > 0 ? Changed : drift.IsWhole ? Same : ExitCode.CouldNotLook;
        }
        catch (Exception e) when (e is CannotStartException or TimeoutException or IOException)
        {
            Console.Error.WriteLine($"{Build.ProgramName}: {e.Message}");
            return ExitCode.CouldNotLook;
        }
    }

    private static Observation Look(ParseResult flags) =>
        new HostObserver(HostRoot.Open(flags), AcceptBaseline.Needed.Append(Collector.Baseline).ToHashSet(), settings: null, HostRoot.Timeout).Observe();

    private static string WhyNoBaseline(HostFacts facts, ParseResult flags)
    {
        var file = flags.GetValue(Flags.BaselineFile) ?? Path.Join(flags.GetRequiredValue(Flags.RootFs), BaselineFile.DefaultPath);
        return facts.Collectors.First(run => run.Collector == Collector.Baseline).Issues is [var issue, ..]
            ? $"{file}: {issue.Detail}"
            : $"no topology has been accepted yet ({file} is not there): see {Build.ProgramName} baseline accept";
    }
}
