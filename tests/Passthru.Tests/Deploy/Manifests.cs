using System.Text.Json.Nodes;
using Passthru.Tests.Alerts;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace Passthru.Tests.Deploy;

/// <summary>Objects for Kubernetes, as kubectl and helm make them of the files that ship.</summary>
internal sealed class Manifests
{
    private static readonly string Installed = Path.Join(Golden.Repository, "tests/tools/node_modules");
    private static readonly string Chart = Path.Join(Golden.Repository, "deploy/kubernetes/helm/passthru-exporter");
    private static readonly IDeserializer Yaml = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();
    private static readonly ISerializer Json = new SerializerBuilder().JsonCompatible().Build();

    private Manifests(string text) => (Text, Objects) = (text, Parse(text));

    public string Text { get; }

    public IReadOnlyList<JsonNode> Objects { get; }

    public JsonNode DaemonSet => Assert.Single(Of("DaemonSet"));

    public JsonNode Container => Assert.Single(DaemonSet["spec"]!["template"]!["spec"]!["containers"]!.AsArray())!;

    public IEnumerable<string> Arguments => Container["args"]!.AsArray().Select(argument => (string)argument!);

    /// <summary>Files of the ConfigMap that the pods mount.</summary>
    public JsonObject Config
    {
        get
        {
            var mounted = DaemonSet["spec"]!["template"]!["spec"]!["volumes"]!.AsArray().Single(volume => volume!["configMap"] is not null)!["configMap"]!["name"];
            return Of("ConfigMap").Single(map => JsonNode.DeepEquals(map["metadata"]!["name"], mounted))["data"]!.AsObject();
        }
    }

    public IEnumerable<JsonNode> Of(string kind) => Objects.Where(it => (string?)it["kind"] == kind);

    /// <param name="folder">Of <c>deploy/kubernetes</c>, or one elsewhere.</param>
    public static async Task<Manifests> Kustomize(string folder) =>
        Made(await Tools.RunApart("", Path.Join(Installed, ".layer/kubectl/kubectl"), "kustomize", Path.Combine(Golden.Repository, "deploy/kubernetes", folder)));

    public static async Task<Manifests> Helm(string values) => Made(await Template(values));

    /// <summary>What helm says of values that it does not take.</summary>
    public static async Task<string> Refused(string values)
    {
        var (code, output, errors) = await Template(values);
        Assert.True(code != 0, output);
        return errors;
    }

    /// <summary>Rules of a PrometheusRule, which are those of a rule file.</summary>
    public static RuleFile Rules(JsonNode rule) => RuleFile.Parse(rule["spec"]!.ToJsonString());

    /// <summary>Asserts that each dashboard is in a ConfigMap for the sidecar of Grafana, as it is.</summary>
    public void HasDashboards()
    {
        var maps = Of("ConfigMap").Where(map => (string?)map["metadata"]!["labels"]!["grafana_dashboard"] == "1").ToList();
        var dashboards = Directory.GetFiles(Path.Join(Golden.Repository, "dashboards"), "*.json");
        Assert.NotEmpty(dashboards);
        Assert.Equal(
            dashboards.ToDictionary(file => Path.GetFileName(file), File.ReadAllText),
            maps.Select(map => Assert.Single(map["data"]!.AsObject())).ToDictionary(file => file.Key, file => (string)file.Value!));
    }

    /// <summary>Lets the schemas judge all objects.</summary>
    public async Task Check()
    {
        var (code, said) = await Judge(Text);
        Assert.True(code == 0, said);
        Assert.Contains($"{Objects.Count} objects", said, StringComparison.Ordinal);
        Assert.All(Objects.Where(it => (string?)it["kind"] != "Namespace"), it => Assert.NotNull(it["metadata"]!["namespace"]));
    }

    /// <summary>Lets the schemas judge a text.</summary>
    public static async Task<(int Code, string Said)> Judge(string text)
    {
        Tools.SkipWithout(Path.Join(Installed, ".installed"));
        return await Tools.Run(text, "node", Path.Join(Golden.Repository, "tests/tools/kubernetes.mjs"));
    }

    /// <summary>The documents of a YAML text.</summary>
    public static List<JsonNode> Parse(string text)
    {
        var parser = new YamlDotNet.Core.Parser(new StringReader(text));
        parser.Consume<StreamStart>();
        var objects = new List<JsonNode>();
        while (parser.Accept<DocumentStart>(out _))
        {
            if (Yaml.Deserialize<object?>(parser) is { } parsed)
            {
                objects.Add(JsonNode.Parse(Json.Serialize(parsed))!);
            }
        }

        return objects;
    }

    private static async Task<(int Code, string Output, string Errors)> Template(string values)
    {
        using var directory = new TemporaryDirectory();
        return await Tools.RunApart("", Path.Join(Installed, ".layer/helm/helm"),
            "template", "passthru", Chart, "--namespace", "monitoring", "--values", directory.Write("values.yaml", values));
    }

    private static Manifests Made((int Code, string Output, string Errors) result)
    {
        Assert.True(result.Code == 0, result.Errors);
        return new Manifests(result.Output);
    }
}
