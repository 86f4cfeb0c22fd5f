using System.Text;
using Passthru.Exporter.Text;
using Passthru.Exporter.Topology;
using Passthru.Findings.Values;

namespace Passthru.Exporter.Checking;

/// <summary>A check for a person at a terminal.</summary>
internal sealed class CheckText
{
    private const int LabelWidth = 10;
    private readonly StringBuilder _text = new();
    private readonly bool _colour;

    private CheckText(bool colour) => _colour = colour;

    public static string Render(HostCheck check, bool colour)
    {
        var text = new CheckText(colour);
        text.Verdict(check);
        text.Stages(check);
        foreach (var bucket in Enum.GetValues<Bucket>())
        {
            text.Findings(bucket, [.. check.Findings.Where(finding => finding.Rule.Bucket == bucket)]);
        }

        if (check.WithoutOverride is { } joins)
        {
            text.Line().Line(text.Bold("Without the ACS override"));
            TopologyText.Joins(joins).ToList().ForEach(join => text.Line($"  {join}"));
        }

        text.AfterBoot(check);
        text.NotSeen(check);
        if (check.FailureDomain is { } domain)
        {
            text.Line().Line(Printable.Text(domain));
        }

        return text._text.ToString();
    }

    private void Verdict(HostCheck check)
    {
        var about = Printable.Text(check.About ?? "This host");
        string[] counts =
        [
            .. Enum.GetValues<Severity>().Reverse()
                .Select(severity => (Severity: severity, Count: check.Findings.Count(finding => finding.Severity == severity)))
                .Where(one => one.Count > 0)
                .Select(one => $"{one.Count} {StageLine.NameOf(one.Severity)}{(one.Count > 1 && one.Severity != Severity.Critical ? "s" : "")}"),
        ];
        var nothing = check.ExitCode == ExitCode.CouldNotLook ? "nothing found in what could be read; not all of it could" : "nothing found";
        Line(Bold($"{about}: {(counts.Length == 0 ? nothing : string.Join(", ", counts))}."));
    }

    private void Stages(HostCheck check)
    {
        Line();
        foreach (var stage in StageLine.For(check))
        {
            Line($"  {StageLine.NameOf(stage.Stage),-LabelWidth}{Coloured(stage.State, $"{stage.State,-LabelWidth}")}{stage.Summary}");
        }
    }

    private void Findings(Bucket bucket, IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0)
        {
            return;
        }

        Line().Line(Bold(bucket.ToString()));
        foreach (var alike in findings.GroupBy(finding => (finding.Rule, finding.Severity)))
        {
            alike.ToList().ForEach(Finding);
            Line($"  {"",-LabelWidth}fix:  {alike.Key.Rule.Fix}");
            if (alike.Key.Rule.Alert.Length > 0)
            {
                Line($"  {"",-LabelWidth}more: {alike.Key.Rule.Alert}");
            }
        }
    }

    private void Finding(Finding finding)
    {
        var severity = StageLine.NameOf(finding.Severity);
        var isNamed = finding.Subject == "host" || finding.Cause.Contains(finding.Subject, StringComparison.OrdinalIgnoreCase);
        Line($"  {Coloured(severity, $"{severity,-LabelWidth}")}{Printable.Text(isNamed ? finding.Cause : $"{finding.Subject}: {finding.Cause}")}");
        foreach (var evidence in finding.Evidence)
        {
            Line($"  {"",-LabelWidth}seen: {Printable.Text(evidence)}");
        }
    }

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
            Line(Printable.Text($"  VM {vm.Vm.Vm.Id}{(vm.Vm.Vm.Name is { } name ? $" ({name})" : "")}: {outcome}"));
        }
    }

    /// <summary>What could not be read may hide a finding.</summary>
    private void NotSeen(HostCheck check)
    {
        var issues = check.Facts.Collectors.SelectMany(run => run.Issues.Select(issue => $"  {Collectors.NameOf(run.Collector),-LabelWidth}{issue.Path}: {issue.Detail}")).Distinct().ToList();
        if (issues.Count == 0 && check.Unknown.IsEmpty)
        {
            return;
        }

        const int most = 20;
        Line().Line(Bold("Not seen"));
        check.Unknown.Take(most).ToList().ForEach(line => Line($"  {Printable.Text(line)}"));
        issues.Take(most).ToList().ForEach(issue => Line(Printable.Text(issue)));
        if (issues.Count > most)
        {
            Line($"  and {issues.Count - most} more");
        }
    }

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
