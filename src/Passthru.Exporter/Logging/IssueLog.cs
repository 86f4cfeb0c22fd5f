using Passthru.Exporter.Observing;
using Passthru.Exporter.Text;
using Passthru.Facts;
using Passthru.Facts.Reading;
using Passthru.Findings.Values;

namespace Passthru.Exporter.Logging;

/// <summary>Tells of each file that could not be read, and of each warning and critical finding, once, not with every scrape, and again after it had gone.</summary>
internal sealed class IssueLog(Log log)
{
    private HashSet<(string Path, ReadIssueKind Kind)> _told = [];
    private HashSet<(string Rule, string Subject)> _found = [];
    private string? _off;

    public void Tell(Observation seen)
    {
        Tell(seen.Facts);
        Tell(seen.Report.Findings);
        TellOff(seen.Facts.Systemd?.Off);
    }

    private void TellOff(string? reason)
    {
        if (reason is not null && reason != _off)
        {
            log.Info("collector is off", ("collector", Collectors.NameOf(Collector.Systemd)), ("reason", reason));
        }

        _off = reason;
    }

    private void Tell(IEnumerable<Finding> findings)
    {
        var now = findings.Where(finding => finding.Severity > Severity.Info).ToList();
        foreach (var finding in now.Where(it => !_found.Contains((it.Rule.Id, it.Subject))))
        {
            log.Warn("finding", ("rule", finding.Rule.Id), ("subject", finding.Subject), ("cause", finding.Cause));
        }

        _found = [.. now.Select(it => (it.Rule.Id, it.Subject))];
    }

    private void Tell(HostFacts facts)
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
