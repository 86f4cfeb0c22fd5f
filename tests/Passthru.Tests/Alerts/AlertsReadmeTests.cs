using System.Text;
using Passthru.Tests.Support;

namespace Passthru.Tests.Alerts;

/// <summary>That alerts/README.md lists the alerts as they are.</summary>
public sealed class AlertsReadmeTests
{
    [Fact]
    public void Its_table_is_the_rules()
    {
        var table = new StringBuilder("| alert | severity | after | bucket | what it says |\n|---|---|---|---|---|\n");
        foreach (var alert in RuleFile.Shipped.Alerts.GroupBy(rule => rule.Alert!))
        {
            var first = alert.First();
            var severities = string.Join(", ", alert.Select(rule => rule.Severity).Distinct());
            var times = string.Join(", ", alert.Select(rule => rule.For ?? "at once").Distinct());
            table.Append($"| [{alert.Key}](runbooks/{alert.Key}.md) | {severities} | {times} | {first.Labels["bucket"]} | {first.Annotations["summary"]} |\n");
        }

        Assert.Contains(table.ToString(), File.ReadAllText(Path.Join(Golden.Repository, "alerts/README.md")), StringComparison.Ordinal);
    }
}
