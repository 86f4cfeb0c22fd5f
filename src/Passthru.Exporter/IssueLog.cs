using Passthru.Facts;
using Passthru.Facts.Files;

namespace Passthru.Exporter;

/// <summary>Tells of each file that could not be read once, not with every scrape, and again after it had recovered.</summary>
internal sealed class IssueLog(Log log)
{
    private HashSet<(string Path, ReadIssueKind Kind)> _told = [];

    public void Tell(HostFacts facts)
    {
        var now = Issues(facts).ToList();
        foreach (var (collector, issue) in now.Where(it => !_told.Contains((it.Issue.Path, it.Issue.Kind))))
        {
            log.Warn("cannot read", ("collector", Collectors.NameOf(collector)), ("path", issue.Path), ("err", issue.Detail));
        }

        _told = [.. now.Select(it => (it.Issue.Path, it.Issue.Kind))];
    }

    public static void Tell(HostFacts facts, Log log) => new IssueLog(log).Tell(facts);

    private static IEnumerable<(Collector Collector, ReadIssue Issue)> Issues(HostFacts facts) =>
        facts.Collectors.SelectMany(run => run.Issues.Select(issue => (run.Collector, issue)));
}
