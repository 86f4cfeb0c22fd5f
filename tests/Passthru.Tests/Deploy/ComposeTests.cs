using System.Text.Json.Nodes;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Deploy;

/// <summary>deploy/compose as docker-compose understands it. No container is started: nothing here has the images.</summary>
public sealed class ComposeTests
{
    [Fact]
    public async Task The_file_is_valid_and_all_that_it_mounts_is_there()
    {
        var services = await Services();
        Assert.Equal(["alertmanager", "exporter", "grafana", "prometheus"], services.Select(service => service.Key).Order());
        Assert.All(services.SelectMany(service => Mounts(service.Value!)), mount => Assert.True(Path.Exists(mount.Source), mount.Source));
    }

    [Fact]
    public async Task Ports_are_open_on_the_loopback_address_alone() =>
        Assert.All((await Services()).SelectMany(service => service.Value!["ports"]?.AsArray() ?? []), port => Assert.StartsWith("127.0.0.1:", (string?)port, StringComparison.Ordinal));

    [Fact]
    public async Task Prometheus_finds_its_rules_where_they_are_mounted()
    {
        using var directory = new TemporaryDirectory();
        foreach (var (source, target) in Mounts((await Services())["prometheus"]!))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(directory.Path + target)!);
            File.CreateSymbolicLink(directory.Path + target, source);
        }

        var (code, said) = await Tools.Run("", "promtool", "check", "config", directory.Path + "/etc/prometheus/prometheus.yml");
        Assert.True(code == 0, said);
        Assert.Contains("2 rule files found", said, StringComparison.Ordinal);
    }

    private static async Task<JsonObject> Services()
    {
        var (code, output, errors) = await Tools.RunApart("", "docker-compose", "-f", Path.Join(Golden.Repository, "deploy/compose/compose.yaml"), "config");
        Assert.True(code == 0, errors);
        return Assert.Single(Manifests.Parse(output))["services"]!.AsObject();
    }

    /// <summary>What comes from the host; a named volume has no path.</summary>
    private static IEnumerable<(string Source, string Target)> Mounts(JsonNode service) =>
        (service["volumes"]?.AsArray() ?? []).Select(volume => Mount(volume!)).Where(mount => mount.Source.StartsWith('/'));

    private static (string Source, string Target) Mount(JsonNode volume)
    {
        if (volume is JsonObject bind)
        {
            return ((string)bind["source"]!, (string)bind["target"]!);
        }

        var parts = ((string)volume!).Split(':');
        return (parts[0], parts[1]);
    }
}
