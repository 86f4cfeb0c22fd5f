using System.Text.Json.Nodes;
using Passthru.Tests.Alerts;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Deploy;

/// <summary>The mixin, rendered by jsonnet.</summary>
public sealed class MixinTests
{
    private static readonly string Mixin = Path.Join(Golden.Repository, "deploy/mixin/mixin.libsonnet");

    [Theory]
    [InlineData("rules.json")]
    [InlineData("capacity.json", "--capacity")]
    public async Task What_it_reads_is_what_the_script_makes(string file, params string[] more)
    {
        var (code, said) = await Tools.Run("", "sh", [Path.Join(Golden.Repository, "alerts/tune.sh"), "--json", .. more]);
        Assert.True(code == 0, said);
        Golden.Check($"deploy/mixin/{file}", said);
    }

    [Fact]
    public async Task As_it_is_it_gives_the_rules_that_ship()
    {
        Assert.Equivalent(RuleFile.Shipped, RuleFile.Parse((await Render("", "prometheusAlerts")).ToJsonString()), strict: true);
        Assert.Equivalent(RuleFile.Capacity, RuleFile.Parse((await Render("", "prometheusRules")).ToJsonString()), strict: true);
    }

    [Fact]
    public async Task Its_settings_reach_the_rules()
    {
        var alerts = await Render("{ _config+:: { selector: 'job=\"pci\"', clusterLabel: 'site', runbookURLPattern: 'https://wiki/%s', grafanaURL: 'https://dash' } }", "prometheusAlerts");
        var rules = RuleFile.Parse(alerts.ToJsonString());
        Assert.Contains("up{job=\"pci\", may_be_off", rules.Alerts.Single(rule => rule.Alert == "PassthruExporterDown").Expr, StringComparison.Ordinal);
        Assert.All(rules.Alerts, rule => Assert.Equal($"https://wiki/{rule.Alert}", rule.Annotations["runbook_url"]));
        Assert.All(rules.Alerts, rule => Assert.StartsWith("https://dash/d/", rule.Annotations["dashboard_url"], StringComparison.Ordinal));
        Assert.DoesNotContain("cluster", alerts.ToJsonString(), StringComparison.Ordinal);
        using var directory = new TemporaryDirectory();
        var (code, said) = await Tools.Run("", "promtool", "check", "rules", directory.Write("rules.yml", alerts.ToJsonString()));
        Assert.True(code == 0, said);
    }

    [Fact]
    public async Task It_has_the_dashboards()
    {
        var boards = (await Render("", "grafanaDashboards")).AsObject();
        Assert.Equal(["passthru-capacity.json", "passthru-fleet.json", "passthru-host.json", "passthru-isolation.json"], boards.Select(board => board.Key).Order(StringComparer.Ordinal));
    }

    private static async Task<JsonNode> Render(string settings, string field)
    {
        var (code, output, errors) = await Tools.RunApart("", "jsonnet", "-e", $"((import '{Mixin}') {(settings.Length > 0 ? $"+ {settings}" : "")}).{field}");
        Assert.True(code == 0, errors);
        return JsonNode.Parse(output)!;
    }
}
