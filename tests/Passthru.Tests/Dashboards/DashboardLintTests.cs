using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Passthru.Tests.Alerts;

namespace Passthru.Tests.Dashboards;

/// <summary>The rules of Grafana's dashboard-linter, each by its name, with no exclusion. Queries are parsed in <see cref="DashboardQueryTests"/>.</summary>
public sealed partial class DashboardLintTests
{
    /// <summary>Units of Grafana that make sense here.</summary>
    private static readonly string[] Units = ["none", "short", "percentunit", "string", "s"];

    public static TheoryData<string> Names => DashboardFile.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Template_datasource(string name)
    {
        var variable = Variable(name, "datasource");
        Assert.Equal(("datasource", "Data source", "prometheus"), ((string)variable["type"]!, (string)variable["label"]!, (string)variable["query"]!));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Template_job_and_instance(string name)
    {
        foreach (var (variable, label) in new[] { (Variable(name, "job"), "Job"), (Variable(name, "instance"), "Instance") })
        {
            Assert.Equal(("query", label, ".+"), ((string)variable["type"]!, (string)variable["label"]!, (string)variable["allValue"]!));
            Assert.True((bool)variable["multi"]!);
            Assert.Equal("${datasource}", (string)variable["datasource"]!["uid"]!);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Template_on_time_change_reload(string name) =>
        Assert.All(DashboardFile.Of(name).Variables.Where(it => (string)it["type"]! == "query"), it => Assert.Equal(2, (int)it["refresh"]!));

    [Theory]
    [MemberData(nameof(Names))]
    public void Panel_datasource(string name) =>
        Assert.All(DashboardFile.Of(name).Panels, panel =>
        {
            Assert.Equal("${datasource}", (string)panel.Json["datasource"]!["uid"]!);
            Assert.All(panel.Targets, target => Assert.Equal("${datasource}", (string)target.Json["datasource"]!["uid"]!));
        });

    [Theory]
    [MemberData(nameof(Names))]
    public void Panel_title_description(string name) =>
        Assert.All(DashboardFile.Of(name).Panels, panel =>
        {
            Assert.NotEmpty(panel.Title);
            Assert.NotEmpty(panel.Description);
        });

    /// <summary>A unit of ours, as "2 lost", only beside mappings.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Panel_units(string name) =>
        Assert.All(DashboardFile.Of(name).Panels, panel => Assert.True(
            Units.Contains((string?)panel.Defaults["unit"]) || panel.Defaults["mappings"]?.AsArray().Count > 0, panel.ToString()));

    [Theory]
    [MemberData(nameof(Names))]
    public void Panel_no_targets(string name) => Assert.All(DashboardFile.Of(name).Panels, panel => Assert.NotEmpty(panel.Targets));

    /// <summary>In both directions: rates take Grafana's interval, and only rates do.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Target_rate_interval(string name) =>
        Assert.All(DashboardFile.Of(name).Queries, query => Assert.Equal(
            Rate().Count(query) + RateInterval().Count(query), 2 * Rate().Matches(query).Count(match => match.Value.EndsWith("[$__rate_interval]", StringComparison.Ordinal))));

    [Theory]
    [MemberData(nameof(Names))]
    public void Target_job_and_instance(string name) =>
        Assert.All(DashboardFile.Of(name).Queries, query =>
        {
            var selectors = Selector().Matches(query);
            Assert.Equal(PromQl.Selectors(DashboardFile.Filled(query)).Count(), selectors.Count);
            Assert.All(selectors, match =>
            {
                Assert.Contains("job=~\"$job\"", match.Value, StringComparison.Ordinal);
                Assert.Contains("instance=~\"$instance\"", match.Value, StringComparison.Ordinal);
            });
        });

    [Theory]
    [MemberData(nameof(Names))]
    public void Target_counter_agg(string name) =>
        Assert.All(
            DashboardFile.Of(name).Queries.SelectMany(query => PromQl.Selectors(DashboardFile.Filled(query))).Where(it => MetricContract.IsCounter(it.Metric)),
            it => Assert.Contains(it.Function, (string[])["rate", "irate", "increase"]));

    /// <summary>There is none: the two rules about LogQL have nothing to say.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Target_logql(string name) => Assert.DoesNotContain("loki", DashboardFile.Of(name).Text, StringComparison.OrdinalIgnoreCase);

    [Theory]
    [MemberData(nameof(Names))]
    public void Uneditable_dashboard(string name) => Assert.False((bool)DashboardFile.Of(name).Json["editable"]!);

    [Fact]
    public void Nothing_is_excluded() =>
        Assert.Empty(Directory.GetFiles(Path.Join(Support.Golden.Repository, "dashboards"), ".lint", SearchOption.AllDirectories));

    private static JsonObject Variable(string dashboard, string name) => DashboardFile.Of(dashboard).Variables.Single(it => (string)it["name"]! == name);

    [GeneratedRegex(@"\b(?:rate|irate|increase)\([\w:]+\{[^}]*\}\[[^\]]*\]")]
    private static partial Regex Rate();

    [GeneratedRegex(@"\$__rate_interval")]
    private static partial Regex RateInterval();

    [GeneratedRegex(@"[\w:]+\{[^}]*\}")]
    private static partial Regex Selector();
}
