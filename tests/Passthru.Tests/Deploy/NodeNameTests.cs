using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Passthru.Tests.Alerts;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Deploy;

/// <summary>
/// That a target in Kubernetes is called by its node. A real Prometheus relabels targets that carry the labels which its discovery of
/// pods gives them; the discovery itself is not in Debian's build.
/// </summary>
public sealed partial class NodeNameTests
{
    private static readonly Dictionary<string, string> Found = new()
    {
        ["__meta_kubernetes_namespace"] = "passthru-exporter",
        ["__meta_kubernetes_pod_name"] = "passthru-exporter-x7x2p",
        ["__meta_kubernetes_pod_node_name"] = "node1",
        ["__meta_kubernetes_pod_container_port_number"] = "10068",
        ["__meta_kubernetes_pod_label_app_kubernetes_io_name"] = "passthru-exporter",
    };

    /// <summary>What the operator itself does before the relabelling of a monitor.</summary>
    private const string Operator = """
              - {source_labels: [__meta_kubernetes_namespace], target_label: namespace}
              - {source_labels: [__meta_kubernetes_pod_name], target_label: pod}
              - {target_label: container, replacement: passthru-exporter}
              - {target_label: endpoint, replacement: metrics}
              - {target_label: job, replacement: passthru-exporter/passthru}

        """;

    [Fact]
    public async Task By_the_PodMonitor_of_the_chart() => Assert.Equal(
        ["instance=node1", "job=passthru-exporter", "namespace=passthru-exporter"], await Labels(await Of("PodMonitor", "podMetricsEndpoints")));

    [Fact]
    public async Task By_the_ServiceMonitor_of_the_chart() => Assert.Equal(
        ["instance=node1", "job=passthru-exporter", "namespace=passthru-exporter"], await Labels(await Of("ServiceMonitor", "endpoints")));

    [Fact]
    public async Task By_the_PodMonitor_for_Kustomize()
    {
        var monitor = Assert.Single((await Manifests.Kustomize("overlays/kubevirt")).Of("PodMonitor"));
        Assert.Equal("app.kubernetes.io/name", (string?)monitor["spec"]!["jobLabel"]);
        var byLabel = Operator + "      - {source_labels: [__meta_kubernetes_pod_label_app_kubernetes_io_name], target_label: job}\n";
        Assert.Equal(
            ["instance=node1", "job=passthru-exporter", "namespace=passthru-exporter"],
            await Labels(byLabel + Relabelings(monitor["spec"]!["podMetricsEndpoints"]![0]!)));
    }

    [Fact]
    public async Task By_the_sample_without_the_operator()
    {
        var sample = await File.ReadAllTextAsync(Path.Join(Golden.Repository, "deploy/prometheus/prometheus-kubernetes.yml"), TestContext.Current.CancellationToken);
        Assert.Equal(["instance=node1", "job=passthru"], await Labels(sample[(sample.IndexOf("    relabel_configs:\n", StringComparison.Ordinal) + 21)..]));
    }

    private static async Task<string> Of(string kind, string endpoints)
    {
        var monitor = Assert.Single((await Manifests.Helm($"monitor: {{kind: {kind}}}")).Of(kind));
        return Operator + Relabelings(monitor["spec"]![endpoints]![0]!);
    }

    /// <summary>In the words of Prometheus: sourceLabels is source_labels there.</summary>
    private static string Relabelings(JsonNode endpoint)
    {
        var text = new StringBuilder();
        foreach (var rule in endpoint["relabelings"]!.AsArray())
        {
            text.Append("      - ").AppendLine(Capital().Replace(rule!.ToJsonString(), match => "_" + match.Value.ToLowerInvariant()));
        }

        return text.ToString();
    }

    private static async Task<string[]> Labels(string relabeling)
    {
        using var directory = new TemporaryDirectory();
        directory.Write("targets.json", $$"""[{"targets": ["127.0.0.1:1"], "labels": {{JsonSerializer.Serialize(Found)}}}]""");
        var config = directory.Write("prometheus.yml", "scrape_configs:\n  - job_name: passthru\n    file_sd_configs:\n      - files: [targets.json]\n    relabel_configs:\n" + relabeling);
        using var prometheus = await Daemon.Prometheus(config, Path.Join(directory.Path, "data"), Published.FreePort());
        for (var tries = 0; tries < 100; tries++)
        {
            using var targets = JsonDocument.Parse(await prometheus.Client.GetStringAsync("/api/v1/targets", TestContext.Current.CancellationToken));
            if (targets.RootElement.GetProperty("data").GetProperty("activeTargets") is var active && active.GetArrayLength() > 0)
            {
                return [.. active[0].GetProperty("labels").EnumerateObject().Select(label => $"{label.Name}={label.Value}").Order(StringComparer.Ordinal)];
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Fail("no target");
        return [];
    }

    /// <summary>In a key, not in a value.</summary>
    [GeneratedRegex("""(?<="[a-z]+)[A-Z](?=[a-zA-Z]*":)""")]
    private static partial Regex Capital();
}
