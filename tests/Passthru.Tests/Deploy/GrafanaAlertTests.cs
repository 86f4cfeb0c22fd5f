using System.Text.Json;
using Passthru.Tests.Alerts;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Deploy;

/// <summary>The alerts as Grafana manages them itself: no ALERTS to hold a page by, and no query in a text.</summary>
public sealed class GrafanaAlertTests
{
    private const string Shipped = "deploy/grafana/alerting/passthru.yml";

    private static JsonElement[] Rules => [.. JsonDocument.Parse(File.ReadAllText(Path.Join(Golden.Repository, Shipped))).RootElement
        .GetProperty("groups").EnumerateArray().SelectMany(group => group.GetProperty("rules").EnumerateArray())];

    [Fact]
    public async Task What_ships_is_what_the_script_makes()
    {
        Tools.SkipWithout("jq");
        Golden.Check(Shipped, await new Tuning().Rules("deploy/grafana/generate.sh"));
    }

    [Fact]
    public void They_are_the_alerts_of_Prometheus() =>
        Assert.Equal(
            RuleFile.Shipped.Alerts.Select(rule => $"{rule.Alert} {rule.Severity} {rule.For ?? "0s"}"),
            Rules.Select(rule => $"{rule.GetProperty("labels").GetProperty("alertname")} {rule.GetProperty("labels").GetProperty("severity")} {rule.GetProperty("for")}"));

    [Fact]
    public void They_ask_for_nothing_that_Grafana_does_not_have()
    {
        Assert.All(Rules, rule => Assert.DoesNotContain("ALERTS", rule.GetProperty("data")[0].GetProperty("model").GetProperty("expr").GetString(), StringComparison.Ordinal));
        Assert.All(Rules.SelectMany(rule => rule.GetProperty("annotations").EnumerateObject()), text => Assert.DoesNotMatch(@"\| query|\$value\b|@", text.Value.GetString()!));
        Assert.All(Rules, rule => Assert.Contains("passthru-exporter check", rule.GetProperty("annotations").GetProperty("description").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Names_are_unique_and_short_enough()
    {
        Assert.Equal(Rules.Length, Rules.Select(rule => rule.GetProperty("uid").GetString()).Distinct().Count());
        Assert.Equal(Rules.Length, Rules.Select(rule => rule.GetProperty("title").GetString()).Distinct().Count());
        Assert.All(Rules, rule => Assert.Matches("^[a-z0-9-]{1,40}$", rule.GetProperty("uid").GetString()!));
    }

    /// <summary>An old reading starts no page: it takes three of them.</summary>
    [Fact]
    public void A_page_is_held_by_what_was_read_three_times()
    {
        var held = Rules.Select(rule => rule.GetProperty("data")[0].GetProperty("model").GetProperty("expr").GetString()!).Where(expr => expr.Contains("last_over_time(passthru_", StringComparison.Ordinal)).ToList();
        Assert.Equal(6, held.Count);
        Assert.All(held, expr => Assert.Matches(@"(sum|count)_over_time\(passthru_\w+\[30m\]\) > 2", expr));
    }
}
