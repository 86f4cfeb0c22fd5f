using System.Globalization;
using System.Text;
using Passthru.Exporter.Text;
using Passthru.Exporter.Topology;
using Passthru.Facts.Reading;
using Passthru.Findings.Values;

namespace Passthru.Exporter.Checking;

/// <summary>A check for a person at a terminal.</summary>
internal sealed class CheckText
{
    private const int LabelWidth = 10;
    private const int Indent = 2 + LabelWidth;
    private readonly StringBuilder _text = new();
    private readonly bool _colour;

    private CheckText(bool colour) => _colour = colour;

    public static string Render(HostCheck check, bool colour)
    {
        var text = new CheckText(colour);
        text.Line(Wrapped.Text("", text.Bold(Verdict(check)), 0));
        text.Stages(check);
        foreach (var bucket in check.Findings.GroupBy(finding => finding.Rule.Bucket).OrderByDescending(Worst).ThenBy(bucket => bucket.Key))
        {
            text.Findings(check, bucket.Key, bucket);
        }

        if (check.WithoutOverride is { } joins)
        {
            text.Line().Line(text.Bold("Without the ACS override"));
            TopologyText.Joins(joins).ToList().ForEach(join => text.Wrap($"  {Margin(join)}", join.Trim(), 4));
        }

        text.AfterBoot(check);
        text.NotSeen(check);
        if (check.FailureDomain is { } domain)
        {
            text.Line();
            domain.Split('\n').ToList().ForEach(line => text.Wrap("", line, 0));
        }

        return text._text.ToString();
    }

    /// <summary>Its own indentation, as far as a label goes.</summary>
    private static string Margin(string line) => new(' ', Math.Min(2, line.Length - line.TrimStart().Length));

    /// <summary>The first line: host and time, the program, how much was found, and how much could not be looked at.</summary>
    public static string Verdict(HostCheck check)
    {
        var host = Printable.Text(check.Facts.Platform?.HostName ?? "This host");
        var about = check.About is { } part ? $", {Printable.Text(part)}" : "";
        var time = string.Create(CultureInfo.InvariantCulture, $"{check.Facts.TakenAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
        string[] counts =
        [
            .. Enum.GetValues<Severity>().Reverse()
                .Select(severity => (Severity: severity, Count: check.Findings.Count(finding => finding.Severity == severity)))
                .Where(one => one.Count > 0)
                .Select(one => $"{one.Count} {StageLine.NameOf(one.Severity)}{(one.Count > 1 && one.Severity != Severity.Critical ? "s" : "")}"),
        ];
        var found = counts.Length == 0 ? "nothing found" : string.Join(", ", counts);
        return $"{host}{about}, {time}, {Build.ProgramName} {Build.Version}: {found}{Unread(check)}.";
    }

    private static string Unread(HostCheck check) => Issues(check).Count is var unread and > 0
        ? $"; {unread} source{(unread == 1 ? "" : "s")} could not be read"
        : "";

    private void Stages(HostCheck check)
    {
        Line();
        foreach (var stage in StageLine.For(check))
        {
            Wrap($"  {StageLine.NameOf(stage.Stage),-LabelWidth}{Coloured(stage.State, $"{stage.State,-LabelWidth}")}", stage.Summary, 2 + (2 * LabelWidth));
        }
    }

    private static Severity Worst(IEnumerable<Finding> findings) => findings.Max(finding => finding.Severity);

    private void Findings(HostCheck check, Bucket bucket, IEnumerable<Finding> findings)
    {
        Line().Line(Bold(bucket.ToString()));
        findings.OrderByDescending(finding => finding.Severity).ToList().ForEach(finding => Finding(finding, Acceptances.Describe(check, finding)));
    }

    private void Finding(Finding finding, string? accepted)
    {
        var severity = StageLine.NameOf(finding.Severity);
        var isNamed = finding.Subject == "host" || finding.Cause.Contains(finding.Subject, StringComparison.OrdinalIgnoreCase);
        Wrap($"  {Coloured(severity, $"{severity,-LabelWidth}")}", isNamed ? finding.Cause : $"{finding.Subject}: {finding.Cause}", Indent);
        finding.Evidence.ToList().ForEach(evidence => Detail("seen:", evidence));
        Detail("fix:", finding.Fix);
        if (finding.Rule.Alert.Length > 0)
        {
            Detail("see:", Runbook.Of(finding.Rule.Alert));
        }

        if (accepted is not null)
        {
            Wrap($"{"",-Indent}", accepted, Indent);
        }
    }

    private void Detail(string label, string text) => Wrap($"{"",-Indent}{label,-6}", text, Indent + 6);

    /// <summary>VMs that start with the host, in their order, and what is in their way.</summary>
    private void AfterBoot(HostCheck check)
    {
        if (check.AfterBoot.IsEmpty)
        {
            return;
        }

        Line().Line(Bold("After the next boot"));
        foreach (var vm in check.AfterBoot)
        {
            var devices = string.Join(", ", vm.Vm.Functions.Select(function => function.Address).Distinct());
            var outcome = vm.Obstacles.IsEmpty ? $"starts with {(devices.Length > 0 ? devices : "its devices")}" : string.Join("; ", vm.Obstacles);
            Wrap("  ", $"VM {vm.Vm.Vm.Id}{(vm.Vm.Vm.Name is { } name ? $" ({name})" : "")}: {outcome}", 4);
        }
    }

    /// <summary>What could not be read may hide a finding.</summary>
    private void NotSeen(HostCheck check)
    {
        var issues = Issues(check);
        if (issues.Count == 0 && check.Unknown.IsEmpty)
        {
            return;
        }

        const int most = 20;
        Line().Line(Bold("Not seen"));
        check.Unknown.Take(most).ToList().ForEach(line => Wrap("  ", line, 4));
        issues.Take(most).ToList().ForEach(issue => Wrap($"  {Collectors.NameOf(issue.Collector),-LabelWidth} ", issue.Text, Indent + 1));
        if (issues.Count > most)
        {
            Line($"  and {issues.Count - most} more");
        }
    }

    private static List<(Collector Collector, string Text)> Issues(HostCheck check) =>
        [.. check.Facts.Collectors.SelectMany(run => run.Issues.Select(issue => (run.Collector, $"{issue.Path}: {issue.Detail}"))).Distinct()];

    private void Wrap(string label, string text, int indent) => Line(Wrapped.Text(label, Printable.Text(text), indent));

    private CheckText Line(string line = "")
    {
        _text.Append(line).Append('\n');
        return this;
    }

    private string Bold(string text) => _colour ? $"\x1b[1m{text}\x1b[0m" : text;

    private string Coloured(string state, string text)
    {
        var code = state switch { "critical" => "31;1", "warning" => "33", "ok" => "32", "unknown" => "35", _ => "36" };
        return _colour ? $"\x1b[{code}m{text}\x1b[0m" : text;
    }
}
