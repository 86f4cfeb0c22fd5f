using System.Text.RegularExpressions;
using NJsonSchema;
using Passthru.Tests.Alerts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Dashboards;

/// <summary>What makes a dashboard easy to ship, to read and to come back to, beyond the linter's rules.</summary>
public sealed partial class DashboardFormTests
{
    private const string Runbooks = "https://github.com/passthru-exporter/passthru-exporter/blob/main/alerts/runbooks/";

    public static TheoryData<string> Names => DashboardFile.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_is_what_Grafana_calls_a_dashboard(string name) =>
        Assert.Empty((await Schema()).Validate(DashboardFile.Of(name).Text).Select(error => error.ToString()));

    /// <summary>The schema looks at what is inside, and the validator at the schema.</summary>
    [Theory]
    [InlineData("\"graphTooltip\": 1", "\"graphTooltip\": 7")]
    [InlineData("\"x\": 0", "\"x\": \"0\"")]
    [InlineData("\"type\": \"query\"", "\"type\": \"qwery\"")]
    [InlineData("\"panels\"", "\"panelz\"")]
    public async Task Another_thing_is_not(string right, string wrong)
    {
        var text = DashboardFile.Of("fleet").Text;
        Assert.Contains(right, text, StringComparison.Ordinal);
        Assert.NotEmpty((await Schema()).Validate(text.Replace(right, wrong, StringComparison.Ordinal)));
    }

    [Fact]
    public void There_are_four_that_know_each_other()
    {
        Assert.Equal(["capacity", "fleet", "host", "isolation"], DashboardFile.All.Select(it => it.Name));
        Assert.All(DashboardFile.All, dashboard =>
        {
            var link = dashboard.Json["links"]!.AsArray().Single(it => (string)it!["type"]! == "dashboards")!;
            Assert.Equal("passthru", (string)link["tags"]![0]!);
            Assert.Equal("passthru", (string)dashboard.Json["tags"]!.AsArray().Single()!);
            Assert.True((bool)link["keepTime"]! && (bool)link["includeVars"]!);
        });
    }

    /// <summary>Old enough for Grafana 10.4, which does not know what comes later, and nothing that only one way of importing fills in.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void It_imports_by_hand_and_provisions_from_a_folder(string name)
    {
        var json = DashboardFile.Of(name).Json;
        Assert.InRange((int)json["schemaVersion"]!, 39, 41);
        Assert.Matches("^passthru-[a-z]{1,31}$", (string)json["uid"]!);
        Assert.Equal(1, (int)json["graphTooltip"]!);
        Assert.False(json.ContainsKey("__inputs") || json.ContainsKey("id"));
        Assert.All(DashboardFile.Of(name).Values("uid").Except(["${datasource}", "-- Grafana --", (string)json["uid"]!]), uid => Assert.Fail(uid));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Panels_lie_side_by_side(string name)
    {
        var panels = DashboardFile.Of(name).Panels;
        var cells = panels.SelectMany(panel =>
        {
            var at = panel.Json["gridPos"]!;
            var (x, y, w, h) = ((int)at["x"]!, (int)at["y"]!, (int)at["w"]!, (int)at["h"]!);
            Assert.True(x + w <= 24, panel.ToString());
            return Enumerable.Range(0, w * h).Select(cell => (x + (cell % w), y + (cell / w)));
        }).ToList();

        Assert.Equal(cells.Count, cells.Distinct().Count());
        Assert.Equal(cells.Count, 24 * (cells.Max(it => it.Item2) + 1));
        Assert.Equal(panels.Count, panels.Select(it => (int)it.Json["id"]!).Distinct().Count());
        Assert.Equal(panels.Count, panels.Select(it => it.Title).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Metrics_and_labels_are_those_of_the_contract(string name)
    {
        foreach (var query in DashboardFile.Of(name).Queries)
        {
            var known = PromQl.MadeLabels(query).ToHashSet();
            foreach (var (metric, labels, _) in PromQl.Selectors(DashboardFile.Filled(query)))
            {
                var contract = MetricContract.Labels(metric);
                Assert.True(contract is not null && labels.All(contract.Contains), $"{metric} {string.Join(", ", labels)}");
                known.UnionWith(contract);
            }

            Assert.Empty(PromQl.GroupingLabels(query).Except(known));
        }
    }

    /// <summary>To a dashboard of ours, or to a runbook that is there.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Links_lead_somewhere(string name)
    {
        var known = DashboardFile.All.Select(it => (string)it.Json["uid"]!).ToList();
        Assert.All(DashboardFile.Of(name).Values("url").Where(url => url.Length > 0), url =>
        {
            if (Board().Match(url) is { Success: true } board)
            {
                Assert.Contains(board.Groups[1].Value, known);
                return;
            }

            var page = url.Replace("/tree/", "/blob/", StringComparison.Ordinal) + (url.EndsWith(".md", StringComparison.Ordinal) ? "" : "/");
            Assert.StartsWith(Runbooks, page, StringComparison.Ordinal);
            var file = page[Runbooks.Length..];
            Assert.True(file is "" or "${__value.text}.md" || File.Exists(Path.Join(Golden.Repository, "alerts/runbooks", file)), url);
        });
    }

    /// <summary>Every panel says what it shows where there is nothing to show, but for lines that are always there.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_to_see_is_said_in_words(string name) =>
        Assert.All(DashboardFile.Of(name).Panels.Where(panel => panel.Type != "timeseries"), panel => Assert.False(string.IsNullOrEmpty(panel.NoValue), panel.ToString()));

    /// <summary>That sentence is for the table as a whole: where one of several queries has no row, Grafana would write it into the cell.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_cell_with_nothing_to_say_is_a_dash(string name) =>
        Assert.All(DashboardFile.Of(name).Panels.Where(panel => panel.Type == "table" && panel.Targets.Count() > 1), panel =>
        {
            var said = panel.Json["fieldConfig"]!["overrides"]!.AsArray()
                .Where(it => it!["properties"]!.AsArray().Any(property => (string)property!["id"]! == "noValue"))
                .Select(it => (string)it!["matcher"]!["options"]!);
            Assert.Empty(panel.Columns.Except(said));
        });

    /// <summary>Each line of the list: panel, the question that it answers.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_list_of_panels_has_each_with_its_question(string name)
    {
        var readme = File.ReadAllText(Path.Join(Golden.Repository, "dashboards/README.md"));
        var lines = DashboardFile.Of(name).Panels.Select(panel => $"| {panel.Title} | {panel.Description} |");
        Assert.All(lines, line => Assert.Contains(line + "\n", readme, StringComparison.Ordinal));
        Assert.Contains($"`{name}.json`", readme, StringComparison.Ordinal);
        Assert.Contains($"screenshots/{name}.png", readme, StringComparison.Ordinal);
        Assert.InRange(new FileInfo(Path.Join(Golden.Repository, $"dashboards/screenshots/{name}.png")).Length, 10_000, 300_000);
    }

    private static Task<JsonSchema> Schema() =>
        JsonSchema.FromFileAsync(Path.Join(Golden.Repository, "tests/Passthru.Tests/Dashboards/dashboard.schema.json"), TestContext.Current.CancellationToken);

    [GeneratedRegex(@"^/d/([\w-]+)\?")]
    private static partial Regex Board();
}
