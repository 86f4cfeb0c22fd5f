using Passthru.Exporter.Checking;
using Passthru.Exporter.Configuration;
using Passthru.Exporter.Metrics;
using Passthru.Exporter.Observing;
using Passthru.Exporter.Text;
using Passthru.Facts;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Findings;
using Passthru.Findings.Reports;

namespace Passthru.Tests.Support;

/// <summary>The way of the data in one call, for tests that care about an end of it.</summary>
internal static class Read
{
    public static HostFacts Facts(IFileTree tree) => Facts(tree, FactsCache.Empty).Facts;

    public static (HostFacts Facts, FactsCache Memory) Facts(IFileTree tree, FactsCache memory) =>
        FactsReader.Read(tree, Collectors.All.ToHashSet(), memory, ReadAttempt.Unlimited, TimeProvider.System);

    public static Report Report(IFileTree tree) => Observation(tree).Report;

    /// <summary>The facts, and what they mean under the configuration that the host brings.</summary>
    public static Observation Observation(IFileTree tree)
    {
        var facts = Facts(tree);
        return new Observation(facts, Diagnosis.Assess(facts, new SettingsSource(tree, null).Current.ConfiguredExpectations));
    }

    /// <summary>The page, without what differs between two runs.</summary>
    public static async Task<string> Page(IFileTree tree, bool all = false)
    {
        var (facts, report) = Observation(tree);
        using var page = new MemoryStream();
        await MetricsText.WriteAsync(new View(facts, report, all, Process: null), page);
        return Stable(System.Text.Encoding.UTF8.GetString(page.ToArray()));
    }

    /// <summary>What <c>check</c> prints of the whole host, at a time and by a version that are always the same.</summary>
    public static string Check(IFileTree tree)
    {
        var (facts, report) = Observation(tree);
        var observation = new Observation(facts with { TakenAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero) }, report);
        return CheckText.Render(HostCheck.ForHost(observation), colour: false)
            .Replace($"{Build.ProgramName} {Build.Version}", $"{Build.ProgramName} VERSION", StringComparison.Ordinal);
    }

    /// <summary>A page as goldens keep it: HELP and TYPE stand in METRICS.md, once for all hosts.</summary>
    public static string Samples(string page) =>
        string.Join('\n', Stable(page).Split('\n').Where(line => !line.StartsWith('#')));

    /// <summary>Durations and the revision of the build aside.</summary>
    public static string Stable(string page) => string.Join('\n', page.Split('\n').Where(line =>
        !line.Contains("duration_seconds", StringComparison.Ordinal) && !line.StartsWith("passthru_build_info{", StringComparison.Ordinal)));
}
