using System.Collections.Concurrent;
using Passthru.Exporter.Metrics;
using Passthru.Exporter.Text;
using Passthru.Facts;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Findings;
using Passthru.Findings.Reports;
using Passthru.Tests.Hosts;

namespace Passthru.Tests.Findings.Isolation;

/// <summary>A fixture host by way of its files: what was read, what it means, and the page.</summary>
internal sealed record Audited(HostFacts Facts, Report Report)
{
    private static readonly ConcurrentDictionary<string, Audited> Overridden = new();

    public static Audited Host(string name) => Of(AllHosts.Host(name));

    /// <summary>One of <see cref="OverrideHosts"/>, read once.</summary>
    public static Audited Override(string request) => Overridden.GetOrAdd(request, _ => Of(OverrideHosts.Host(request)));

    public static Audited Of(FakeHost host)
    {
        using var written = new WrittenHost(host.Build());
        using var files = new DirectoryTree(written.Root);
        var facts = FactsReader.Read(files, Collectors.All.ToHashSet(), FactsCache.Empty, ReadAttempt.Unlimited, TimeProvider.System).Facts;
        return new Audited(facts, Diagnosis.Assess(facts));
    }

    /// <summary>Lines of families whose name contains a word.</summary>
    public IReadOnlyList<string> Lines(string word, bool all = true)
    {
        using var page = new MemoryStream();
        MetricsText.WriteAsync(new View(Facts, Report, all, Process: null), page).GetAwaiter().GetResult();
        var lines = System.Text.Encoding.UTF8.GetString(page.ToArray()).Split('\n');
        return [.. lines.Where(line => line.StartsWith("passthru_", StringComparison.Ordinal) && line.Contains(word, StringComparison.Ordinal))];
    }
}
