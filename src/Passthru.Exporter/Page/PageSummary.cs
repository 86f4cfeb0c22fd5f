using System.Globalization;
using Passthru.Exporter.Checking;
using Passthru.Exporter.Observing;
using Passthru.Exporter.Topology;
using Passthru.Facts;
using Passthru.Findings.Reports;
using Passthru.Findings.Values;

namespace Passthru.Exporter.Page;

/// <summary>The head of the page and what a person wants to know first: is anything wrong, and what.</summary>
internal static class PageSummary
{
    /// <summary>So many findings of one kind are told at once, the rest behind a click.</summary>
    private const int AlikeAtOnce = 3;

    public static string Verdict(Report report, TopologyView view)
    {
        string[] counts =
        [
            .. from severity in new[] { Severity.Critical, Severity.Warning, Severity.Info }
               let count = report.Findings.Count(finding => finding.Severity == severity)
               where count > 0
               select Count(severity, count),
        ];
        return counts.Length > 0 ? string.Join(", ", counts)
            : IsWhole(view) ? "nothing wrong was found"
            : "nothing wrong was found, but not everything could be read";
    }

    public static Markup Head(TopologyView view, Observation observation) => Markup.From($"""
        <header>
        <h1>PCI passthrough on this host</h1>
        <p class="machine">{string.Join(" · ", view.Host.Machine)}</p>
        <p class="verdict {Worst(observation.Report, view)}"><strong>{Capital(Verdict(observation.Report, view))}.</strong> {Sentence(view)}</p>
        {Tiles(view)}
        {Jump(view, observation)}
        <p class="machine">Read at <time datetime="{Time(view, "s")}Z">{Time(view, "yyyy-MM-dd HH:mm:ss")} UTC</time>, afresh for every visit.</p>
        </header>
        """);

    public static Markup Findings(Observation seen)
    {
        var findings = seen.Report.Findings;
        var alike = findings.GroupBy(finding => (finding.Severity, finding.Rule)).OrderByDescending(same => same.Key.Severity).Select(same => same.ToList()).ToList();
        return findings.IsEmpty ? Markup.None : Markup.From($"""
            <section aria-labelledby="findings">
            <h2 id="findings">Findings</h2>
            <ul class="findings">{Markup.Each(alike, same => Alike(same, seen))}</ul>
            </section>
            """);
    }

    /// <summary>What the host did not tell, for all that is said above may be more.</summary>
    public static Markup Unread(HostFacts facts)
    {
        var issues = facts.Collectors.SelectMany(run => run.Issues).ToList();
        return issues.Count == 0 ? Markup.None : Markup.From($"""
            <section aria-labelledby="unread">
            <h2 id="unread">Not read</h2>
            <details><summary>{TopologyWords.Count(issues.Count, "file")} could not be read or understood</summary>
            <ul>{Markup.Each(issues.Take(200), issue => Markup.From($"<li><code>/{issue.Path}</code>: {issue.Detail}</li>"))}</ul></details>
            </section>
            """);
    }

    /// <summary>Findings of one rule: what is so for each, and what to do, once.</summary>
    private static Markup Alike(List<Finding> findings, Observation seen) => Markup.From($"""
        <li class="finding {Class(findings[0].Severity)}">
        <p><strong class="severity">{Word(findings[0].Severity)}</strong> {(findings.Count == 1 ? findings[0].Cause : $"in {findings.Count} places:")}</p>
        {Markup.If(findings.Count > 1, $"<ul class=\"causes\">{Markup.Each(findings.Take(AlikeAtOnce), Cause)}</ul>")}
        {Folded([.. findings.Skip(AlikeAtOnce)])}
        <p class="fix"><span>First:</span> {findings[0].Rule.Fix}</p>{Markup.Each(findings.Select(finding => (finding.Subject, Accepted: Acceptances.Describe(seen, finding))).Where(it => it.Accepted is not null), it => Markup.From($"<p class=\"fix\">{(findings.Count == 1 ? "" : $"{it.Subject}: ")}{it.Accepted}</p>"))}
        {Evidence([.. findings.SelectMany(finding => finding.Evidence).Distinct()])}
        </li>
        """);

    private static Markup Folded(List<Finding> rest) => Markup.If(rest.Count > 0, $"""
        <details><summary>{rest.Count} more of the kind</summary><ul class="causes">{Markup.Each(rest, Cause)}</ul></details>
        """);

    private static Markup Cause(Finding finding) => Markup.From($"<li>{finding.Cause}</li>");

    private static Markup Evidence(string[] lines) => Markup.If(lines.Length > 0, $"""
        <details><summary>Evidence</summary><ul>{Markup.Each(lines, line => Markup.From($"<li><code>{line}</code></li>"))}</ul></details>
        """);

    private static Markup Tile(string? state, List<TopologyGroup> groups) => Markup.From($"""

        <li class="box {PageGroups.Class(state, true)}"><b>{groups.Count(group => group.State == state)}</b>
        {TopologyWords.State(state, true)}<small>{Meaning(state)}</small></li>
        """);

    /// <summary>Groups that one would hand out, by where they stand: figures and legend in one.</summary>
    private static Markup Tiles(TopologyView view)
    {
        var groups = (view.Groups ?? []).Where(group => group.IsWorthALook).ToList();
        return groups.Count == 0 ? Markup.None : Markup.From($"""
            <ul class="tiles" aria-label="Groups with assignable devices, by state">{Markup.Each(States(groups), state => Tile(state, groups))}</ul>
            """);
    }

    private static Markup Jump(TopologyView view, Observation observation)
    {
        (bool IsThere, string Id, string Text)[] sections =
        [
            (!observation.Report.Findings.IsEmpty, "findings", "Findings"),
            (view.Buses is not null, "wiring", "Wiring"),
            (view.Vms is { IsEmpty: false }, "vms", "VMs"),
            (view.Groups is { IsEmpty: false }, "groups", "Groups"),
            (view.Host.AcsOverrideActive == true, "without", "Without the ACS override"),
        ];
        var links = Markup.Each(sections.Where(section => section.IsThere), section => Markup.From($"<li><a href=\"#{section.Id}\">{section.Text}</a></li>"));
        return Markup.From($"<nav class=\"jump\" aria-label=\"On this page\"><ul>{links}</ul></nav>");
    }

    private static IEnumerable<string?> States(List<TopologyGroup> groups) =>
        new[] { "in_use", "reserved", "available", "host", "blocked", "unknown", null }.Where(state => state is not (null or "unknown") || groups.Any(group => group.State == state));

    private static string Meaning(string? state) => state switch
    {
        "in_use" => "in use: a process has it open",
        "reserved" => "claimed, not in use now",
        "available" => "assignable, in no use",
        "host" => "a host driver has it and could let go",
        "blocked" => "host-critical, or VFIO would refuse it",
        _ => "unknown",
    };

    private static Markup Sentence(TopologyView view)
    {
        var iommu = view.Host.IommuEnabled switch
        {
            true => "The IOMMU is on",
            false => "The IOMMU is off: no device can be passed through safely",
            _ => "Whether the IOMMU is on is unknown",
        };
        var groups = view.Groups is { Length: > 0 } all
            ? $"; of {TopologyWords.Count(all.Length, "group")}, {all.Count(group => group.IsWorthALook)} with assignable devices"
            : "";
        return Markup.From($"{iommu}{groups}.{Markup.If(view.Host.AcsOverrideActive == true, $" The ACS override is on: {Override}.")}");
    }

    /// <summary>Of no group that matters is it unknown where it stands.</summary>
    private static bool IsWhole(TopologyView view) =>
        view.Host.IommuEnabled is not null && view is { Buses: not null, Groups: { } groups } && groups.All(group => !group.IsWorthALook || group.State is not (null or "unknown"));

    private static Markup Override => Markup.Literal("<a href=\"#without\">some groups may be separated only by it</a>");

    private static string Worst(Report report, TopologyView view) =>
        !report.Findings.IsEmpty ? Class(report.Findings.Max(finding => finding.Severity))
        : IsWhole(view) ? "fine"
        : "partial";

    private static string Class(Severity severity) => severity switch
    {
        Severity.Critical => "critical",
        Severity.Warning => "warning",
        _ => "info",
    };

    private static string Word(Severity severity) => severity switch
    {
        Severity.Critical => "Critical",
        Severity.Warning => "Warning",
        _ => "Note",
    };

    private static string Count(Severity severity, int count) => severity switch
    {
        Severity.Critical => TopologyWords.Count(count, "critical finding"),
        Severity.Warning => TopologyWords.Count(count, "warning"),
        _ => TopologyWords.Count(count, "note"),
    };

    private static string Capital(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}";

    private static string Time(TopologyView view, string format) => view.TakenAt.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
}
