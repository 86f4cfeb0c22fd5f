namespace Passthru.Tests.Alerts;

/// <summary>That no alert is without its unit tests.</summary>
public sealed class RuleCasesTests
{
    public static TheoryData<string, string> Alerts =>
        [.. RuleFile.Shipped.Alerts.Select(rule => (rule.Alert!, rule.Severity)).Distinct().Select(it => new TheoryDataRow<string, string>(it.Item1, it.Severity))];

    [Theory]
    [MemberData(nameof(Alerts))]
    public void There_is_a_case_in_which_it_is_silent_fires_and_resolves(string name, string severity)
    {
        var cases = RuleCases.All.Select(test => test.AlertRuleTest.Where(check => check.Alertname == name).ToList());
        Assert.Contains(cases, checks =>
        {
            var fires = checks.FindIndex(check => check.ExpAlerts.Any(alert => alert.ExpLabels["severity"] == severity));
            return fires > 0 && checks[..fires].TrueForAll(check => check.ExpAlerts.Count == 0) && checks[fires..].Exists(check => check.ExpAlerts.Count == 0);
        });
    }

    [Theory]
    [MemberData(nameof(Alerts))]
    public void There_is_a_case_in_which_the_exporter_dies_while_it_pages(string name, string severity)
    {
        if (severity != "critical" || name is "PassthruExporterDown" or "PassthruManyExportersDown")
        {
            return;
        }

        Assert.Contains(RuleCases.All, test => test.Name.StartsWith($"{name}: the exporter dies while it fires", StringComparison.Ordinal)
            && test.AlertRuleTest.Any(check => check.ExpAlerts.Count > 0));
    }

    [Fact]
    public void Names_of_cases_are_not_used_twice() =>
        Assert.Empty(RuleCases.All.GroupBy(test => test.Name).Where(group => group.Count() > 1).Select(group => group.Key));
}
