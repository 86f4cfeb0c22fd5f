using System.Text.RegularExpressions;
using Passthru.Exporter.Configuration;

namespace Passthru.Tests.Alerts;

/// <summary>What promtool does not look at: a rule of Prometheus may name labels and metrics that do not exist, and stays silent.</summary>
public sealed partial class RuleLintTests
{
    /// <summary>Compared with 0: whether a guest ever had an interrupt of the device.</summary>
    private const string NeverFired = "passthru_device_guest_interrupts_total";

    private static readonly string[] ValuesOfCounters = ["increase", "rate"];

    private static IEnumerable<Rule> Rules => RuleFile.Shipped.All.Concat(RuleFile.Capacity.All);

    public static TheoryData<string> Names => [.. RuleFile.Shipped.Alerts.Select(rule => rule.Alert!).Distinct()];

    [Fact]
    public void Metrics_and_labels_are_those_of_the_contract()
    {
        foreach (var expression in Rules.SelectMany(rule => rule.Annotations.Values.SelectMany(PromQl.Queries).Prepend(rule.Expr)))
        {
            var known = new HashSet<string>();
            foreach (var (metric, labels, _) in PromQl.Selectors(expression))
            {
                var contract = MetricContract.Labels(metric);
                Assert.True(contract is not null, $"no metric {metric}: {expression}");
                Assert.True(labels.All(contract.Contains), $"{metric} has no such label: {string.Join(", ", labels.Except(contract))}");
                known.UnionWith(contract);
            }

            Assert.True(PromQl.GroupingLabels(expression).All(known.Contains), $"no such label: {expression}");
        }
    }

    [Fact]
    public void Labels_that_a_template_looks_up_exist_where_it_looks()
    {
        foreach (var template in RuleFile.Shipped.Alerts.SelectMany(rule => rule.Annotations.Values))
        {
            var looked = Looked().Matches(template).Select(match => match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value);
            var known = PromQl.Queries(template).SelectMany(PromQl.Selectors).SelectMany(it => MetricContract.Labels(it.Metric) ?? []).ToHashSet();
            Assert.True(looked.All(known.Contains), template);
        }
    }

    /// <summary>On what fires in the unit tests, which promtool compares label by label.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Labels_of_its_template_are_labels_of_the_alert(string name)
    {
        var fired = RuleCases.Firing.Where(it => it.Name == name).ToList();
        foreach (var rule in RuleFile.Shipped.Alerts.Where(rule => rule.Alert == name))
        {
            var own = fired.Where(it => it.Alert.ExpLabels["severity"] == rule.Severity).SelectMany(it => it.Alert.ExpLabels.Keys).ToHashSet();
            // The link to a dashboard asks whether there is a host.
            var used = rule.Annotations.Where(text => text.Key != "dashboard_url").Select(text => text.Value).SelectMany(text => Used().Matches(text)).Select(match => match.Groups[1].Value).Where(label => label != "cluster");
            Assert.NotEmpty(own);
            Assert.Empty(used.Except(own));
        }

        Assert.All(fired, it => Assert.All(it.Alert.ExpAnnotations.Values, text =>
        {
            Assert.DoesNotContain("<no value>", text, StringComparison.Ordinal);
            Assert.DoesNotContain("{{", text, StringComparison.Ordinal);
        }));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_form_is_that_of_all(string name)
    {
        Assert.Matches("^Passthru([A-Z]+[a-z0-9]+)+$", name);
        foreach (var rule in RuleFile.Shipped.Alerts.Where(rule => rule.Alert == name))
        {
            Assert.Equal(["bucket", "severity"], rule.Labels.Keys.Order());
            Assert.Contains(rule.Severity, (string[])["critical", "warning", "info"]);
            Assert.Contains(rule.Labels["bucket"], (string[])["isolation", "ownership", "runtime", "platform", "meta"]);
            Assert.Equal(["dashboard_url", "description", "runbook_url", "summary"], rule.Annotations.Keys.Order());
            Assert.Contains("passthru-exporter check", rule.Annotations["description"], StringComparison.Ordinal);
            Assert.Matches(@"^[A-Z][^{}]+\.$", rule.Annotations["summary"]);
            Assert.Contains("{{", rule.Annotations["description"], StringComparison.Ordinal);
            Assert.Contains("First", rule.Annotations["description"], StringComparison.Ordinal);
            Assert.EndsWith($"/{name}.md", rule.Annotations["runbook_url"], StringComparison.Ordinal);
        }
    }

    /// <summary>Grafana Mimir takes so many, unless it is told otherwise.</summary>
    [Fact]
    public void A_group_has_twenty_rules_at_most() =>
        Assert.All(RuleFile.Shipped.Groups.Concat(RuleFile.Capacity.Groups), group => Assert.InRange(group.Rules.Count, 1, 20));

    /// <summary>All but those about the exporter and its configuration can be accepted, and the configuration knows which.</summary>
    [Fact]
    public void What_can_be_accepted_steps_back_and_the_configuration_knows_it()
    {
        var accepted = RuleFile.Shipped.Alerts.Where(rule => rule.Expr.Contains($"passthru_finding_accepted{{alert=\"{rule.Alert}\"", StringComparison.Ordinal)).Select(rule => rule.Alert!).Distinct().Order(StringComparer.Ordinal);
        string[] never = ["PassthruAcceptanceExpired", "PassthruConfigReloadFailed", "PassthruExporterDown", "PassthruManyExportersDown"];
        Assert.Equal(AcceptableAlerts.Names.Order(StringComparer.Ordinal), accepted);
        Assert.Equal(RuleFile.Shipped.Alerts.Select(rule => rule.Alert!).Distinct().Except(never).Order(StringComparer.Ordinal), accepted);
        Assert.All(RuleFile.Shipped.Alerts.Where(rule => !never.Contains(rule.Alert)), rule => Assert.Contains("passthru_finding_accepted", rule.Expr, StringComparison.Ordinal));
    }

    /// <summary>Hosts of one name in two clusters are two: every join, and every lookup of a text, names what makes a host one.</summary>
    [Fact]
    public void Joins_are_on_the_labels_of_a_host()
    {
        foreach (var expression in Rules.Select(rule => rule.Expr))
        {
            Assert.DoesNotMatch(@"\b(on|by) \((?!cluster, )(?!device\))", expression);
        }

        Assert.All(RuleFile.Shipped.Alerts.SelectMany(rule => rule.Annotations.Values).SelectMany(PromQl.Queries), query => Assert.Contains("cluster=\"x\",instance=\"x\"", query, StringComparison.Ordinal));
    }

    [Fact]
    public void No_value_is_in_a_label() =>
        Assert.All(Rules, rule => Assert.All(rule.Labels.Values, value => Assert.DoesNotContain("{{", value, StringComparison.Ordinal)));

    [Fact]
    public void Every_alert_compares() =>
        Assert.All(RuleFile.Shipped.Alerts, rule => Assert.Matches("==|!=|[<>]|absent", rule.Expr));

    [Fact]
    public void Counters_are_compared_as_they_grow() =>
        Assert.All(
            Rules.SelectMany(rule => PromQl.Selectors(rule.Expr)).Where(it => MetricContract.IsCounter(it.Metric) && it.Metric != NeverFired),
            it => Assert.Contains(it.Function, ValuesOfCounters));

    [Fact]
    public void Absence_waits() =>
        Assert.All(RuleFile.Shipped.Alerts.Where(rule => rule.Expr.Contains("absent(", StringComparison.Ordinal)), rule => Assert.NotNull(rule.For));

    /// <summary>A page for a state names itself as the one that it holds up, and its labels are never those that change.</summary>
    [Fact]
    public void A_page_is_held_up_by_itself()
    {
        foreach (var rule in RuleFile.Shipped.Alerts.Where(rule => rule.Expr.Contains("ALERTS", StringComparison.Ordinal)))
        {
            Assert.Contains($"ALERTS{{alertname=\"{rule.Alert}\", alertstate=\"firing\"", rule.Expr, StringComparison.Ordinal);
        }

        var pages = RuleFile.Shipped.Alerts.Where(rule => rule.Severity == "critical" && rule.Labels["bucket"] != "meta");
        Assert.All(pages, rule => Assert.True(rule.KeepFiringFor is not null || rule.Expr.Contains("ALERTS", StringComparison.Ordinal), rule.Alert));
        Assert.All(RuleCases.Firing, it => Assert.Empty(it.Alert.ExpLabels.Keys.Intersect(["driver", "model", "alertstate"])));
    }

    /// <summary>Nothing that Prometheus 2.42 does not know, and no group so slow that its series end between evaluations.</summary>
    [Fact]
    public void Groups_have_an_interval_of_a_minute_at_most() =>
        Assert.All(RuleFile.Shipped.Groups.Concat(RuleFile.Capacity.Groups), group => Assert.Contains(group.Interval, (string[])["15s", "1m", "60s"]));

    [GeneratedRegex(@"\.Labels\.(\w+)|label ""(\w+)""")]
    private static partial Regex Looked();

    [GeneratedRegex(@"\$labels\.(\w+)")]
    private static partial Regex Used();
}
