using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Alerts;

/// <summary>The samples for Prometheus, laid out as their first lines say.</summary>
public sealed class PrometheusConfigTests
{
    private static string Text(string file) => File.ReadAllText(Path.Join(Golden.Repository, file));

    [Fact]
    public async Task The_sample_is_valid() =>
        await Check(Text("deploy/prometheus/prometheus.yml").Replace("/usr/share/passthru-exporter/alerts/", "rules/", StringComparison.Ordinal));

    /// <summary>Debian builds Prometheus without the discovery of Kubernetes: what it finds pods by is replaced here, the rest is checked.</summary>
    [Fact]
    public async Task The_sample_for_Kubernetes_is_valid()
    {
        const string discovery = "    kubernetes_sd_configs:\n      - role: pod\n";
        var text = Text("deploy/prometheus/prometheus-kubernetes.yml");
        Assert.Contains(discovery, text, StringComparison.Ordinal);
        await Check(text.Replace(discovery, "    file_sd_configs:\n      - files: [targets/*.yml]\n", StringComparison.Ordinal));
    }

    private static async Task Check(string config)
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("prometheus.yml", config);
        directory.Write("targets/passthru.yml", Text("deploy/prometheus/targets/passthru.yml"));
        directory.Write("rules/passthru.rules.yml", Text("alerts/passthru.rules.yml"));
        directory.Write("rules/passthru-capacity.rules.yml", Text("alerts/passthru-capacity.rules.yml"));
        var (code, said) = await Tools.Run("", "promtool", "check", "config", file);
        Assert.True(code == 0, said);
        Assert.Contains("2 rule files found", said, StringComparison.Ordinal);
    }
}
