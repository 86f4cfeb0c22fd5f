using Passthru.Tests.Support;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Passthru.Tests.Alerts;

/// <summary>A Prometheus rule file, as far as the tests look into it. A key that is not known here fails.</summary>
public sealed class RuleFile
{
    public List<RuleGroup> Groups { get; set; } = [];

    [YamlIgnore]
    public IEnumerable<Rule> Alerts => Groups.SelectMany(group => group.Rules).Where(rule => rule.Alert is not null);

    [YamlIgnore]
    public IEnumerable<Rule> All => Groups.SelectMany(group => group.Rules);

    private static readonly IDeserializer Yaml =
        new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).WithDuplicateKeyChecking().Build();

    internal static RuleFile Shipped { get; } = Parse(File.ReadAllText(Path.Join(Golden.Repository, "alerts/passthru.rules.yml")));

    internal static RuleFile Capacity { get; } = Parse(File.ReadAllText(Path.Join(Golden.Repository, "alerts/passthru-capacity.rules.yml")));

    internal static RuleFile Parse(string yaml) => Yaml.Deserialize<RuleFile>(yaml);
}

public sealed class RuleGroup
{
    public string Name { get; set; } = "";

    public string? Interval { get; set; }

    public List<Rule> Rules { get; set; } = [];
}

public sealed class Rule
{
    public string? Alert { get; set; }

    public string? Record { get; set; }

    public string Expr { get; set; } = "";

    public string? For { get; set; }

    public string? KeepFiringFor { get; set; }

    public Dictionary<string, string> Labels { get; set; } = [];

    public Dictionary<string, string> Annotations { get; set; } = [];

    [YamlIgnore]
    public string Severity => Labels.GetValueOrDefault("severity", "");
}
