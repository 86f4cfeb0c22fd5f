using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Passthru.Tests.Support;

namespace Passthru.Tests.Dashboards;

/// <summary>A shipped dashboard, as far as the tests look into it.</summary>
internal sealed partial class DashboardFile
{
    private DashboardFile(string name, string text)
    {
        Name = name;
        Text = text;
        Json = JsonNode.Parse(text)!.AsObject();
        Panels = [.. Json["panels"]!.AsArray().Select(panel => new DashboardPanel(this, panel!.AsObject()))];
    }

    public static IReadOnlyList<DashboardFile> All { get; } =
    [
        .. Directory.GetFiles(Path.Join(Golden.Repository, "dashboards"), "*.json").Order(StringComparer.Ordinal)
            .Select(file => new DashboardFile(Path.GetFileNameWithoutExtension(file), File.ReadAllText(file))),
    ];

    public static TheoryData<string> Names => [.. All.Select(it => it.Name)];

    /// <summary>Name of the file, without its ending.</summary>
    public string Name { get; }

    public string Text { get; }

    public JsonObject Json { get; }

    public IReadOnlyList<DashboardPanel> Panels { get; }

    public IEnumerable<JsonObject> Variables => Json["templating"]!["list"]!.AsArray().Select(it => it!.AsObject());

    /// <summary>Every query to Prometheus: of panels and of annotations.</summary>
    public IEnumerable<string> Queries => Panels.SelectMany(panel => panel.Targets).Select(target => target.Query)
        .Concat(Json["annotations"]!["list"]!.AsArray().Select(it => (string?)it!["target"]?["expr"]).OfType<string>());

    public static DashboardFile Of(string name) => All.Single(it => it.Name == name);

    /// <summary>A query as Grafana sends it: the variables filled in, the time of the dashboard six hours.</summary>
    public static string Filled(string query, string instance = ".+") => Variable().Replace(query, match => match.Value switch
    {
        "$job" => ".+",
        "$instance" => instance,
        "$cluster" => ".*",
        "$__rate_interval" => "16m",
        "$__range" => "6h",
        _ => throw new ArgumentException(match.Value),
    });

    /// <summary>All texts of a name, wherever they stand.</summary>
    public IEnumerable<string> Values(string name) => Values(Json, name);

    private static IEnumerable<string> Values(JsonNode? node, string name) => node switch
    {
        JsonObject found => found.SelectMany(it => it.Key == name && it.Value is JsonValue value && value.TryGetValue<string>(out var text) ? [text] : Values(it.Value, name)),
        JsonArray many => many.SelectMany(it => Values(it, name)),
        _ => [],
    };

    [GeneratedRegex(@"\$[a-z_]\w*")]
    private static partial Regex Variable();
}

/// <summary>A panel of a dashboard.</summary>
internal sealed class DashboardPanel(DashboardFile dashboard, JsonObject json)
{
    public DashboardFile Dashboard => dashboard;

    public JsonObject Json => json;

    public string Title => (string)json["title"]!;

    public string Type => (string)json["type"]!;

    public string Description => (string?)json["description"] ?? "";

    public JsonObject Defaults => json["fieldConfig"]!["defaults"]!.AsObject();

    /// <summary>What stands in the place of data where there are none.</summary>
    public string? NoValue => (string?)Defaults["noValue"];

    public IEnumerable<DashboardTarget> Targets => json["targets"]!.AsArray().Select(it => new DashboardTarget(this, it!.AsObject()));

    /// <summary>Titles of the columns of a table that are shown.</summary>
    public IEnumerable<string> Columns =>
        from step in json["transformations"]?.AsArray() ?? []
        where (string)step!["id"]! == "organize"
        from column in step["options"]!["renameByName"]?.AsObject() ?? []
        where (bool?)step["options"]!["excludeByName"]?[column.Key] != true
        select (string)column.Value!;

    public override string ToString() => $"{dashboard.Name}: {Title}";
}

/// <summary>A query of a panel.</summary>
internal sealed record DashboardTarget(DashboardPanel Panel, JsonObject Json)
{
    public string Query => (string)Json["expr"]!;

    public string RefId => (string)Json["refId"]!;

    public override string ToString() => $"{Panel} {RefId}";
}
