using Passthru.Tests.Support;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Passthru.Tests.Alerts;

/// <summary>The promtool unit tests of the alerts, as data: what promtool makes sure of, other tests may build on.</summary>
public sealed class RuleCases
{
    private static readonly IDeserializer Yaml = new DeserializerBuilder()
        .WithNamingConvention(UnderscoredNamingConvention.Instance)
        .IgnoreUnmatchedProperties()
        .Build();

    public List<RuleCase> Tests { get; set; } = [];

    internal static IReadOnlyList<string> Files { get; } =
        [.. Directory.GetFiles(Path.Join(Golden.Repository, "alerts/tests"), "*.yml").Order(StringComparer.Ordinal)];

    internal static IReadOnlyList<RuleCase> All { get; } =
        [.. Files.SelectMany(file => Yaml.Deserialize<RuleCases>(File.ReadAllText(file)).Tests)];

    /// <summary>Every alert that fires in a case.</summary>
    internal static IEnumerable<(string Name, ExpectedAlert Alert)> Firing =>
        from test in All
        from check in test.AlertRuleTest
        from alert in check.ExpAlerts
        select (check.Alertname, alert);
}

public sealed class RuleCase
{
    public string Name { get; set; } = "";

    public List<AlertCheck> AlertRuleTest { get; set; } = [];
}

public sealed class AlertCheck
{
    public string EvalTime { get; set; } = "";

    public string Alertname { get; set; } = "";

    public List<ExpectedAlert> ExpAlerts { get; set; } = [];
}

public sealed class ExpectedAlert
{
    public Dictionary<string, string> ExpLabels { get; set; } = [];

    public Dictionary<string, string> ExpAnnotations { get; set; } = [];
}
