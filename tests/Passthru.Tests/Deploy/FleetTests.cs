using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Passthru.Tests.Alerts;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Deploy;

/// <summary>The samples for many hosts, each in the program that it is for; times are shorter.</summary>
public sealed class FleetTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("federate.yml")]
    [InlineData("agent.yml", "--agent")]
    public async Task The_samples_are_valid(string sample, params string[] flags)
    {
        using var directory = new TemporaryDirectory();
        directory.Write("targets/passthru.yml", Sample("targets/passthru.yml"));
        var (code, said) = await Tools.Run("", "promtool", ["check", "config", .. flags, directory.Write(sample, Sample(sample))]);
        Assert.True(code == 0, said);
    }

    [Fact]
    public async Task Federation_takes_aggregates_and_what_fires_and_nothing_else()
    {
        using var directory = new TemporaryDirectory();
        using var host = WrittenHost.Named("own-pve-nic-lost");
        using var exporter = await Published.Serve($"--path.rootfs={host.Root}");
        directory.Write("passthru.rules.yml", await new Tuning().AtOnce().Rules());
        directory.Write("capacity.rules.yml", Text("alerts/passthru-capacity.rules.yml").Replace("interval: 60s", "interval: 1s", StringComparison.Ordinal));
        using var site = await Daemon.Prometheus(
            directory.Write("site.yml", $"global: {{scrape_interval: 1s}}\nrule_files: ['*.rules.yml']\nscrape_configs: [{{job_name: passthru, static_configs: [{{targets: ['{exporter.Address}'], labels: {{instance: pve1}}}}]}}]"),
            Path.Join(directory.Path, "site"), Published.FreePort());
        using var above = await Daemon.Prometheus(
            directory.Write("above.yml", Sample("federate.yml")
                .Replace("prometheus.site-a.example.org:9090", site.Client.BaseAddress!.Authority, StringComparison.Ordinal)
                .Replace("scrape_interval: 60s", "scrape_interval: 1s", StringComparison.Ordinal).Replace("scrape_timeout: 30s", "scrape_timeout: 1s", StringComparison.Ordinal)),
            Path.Join(directory.Path, "above"), Published.FreePort());

        var lost = Assert.Single(await Until(above, "ALERTS{alertname=\"PassthruOwnershipLost\"}"));
        Assert.Equal(("pve1", "passthru", "site-a"), (Label(lost, "instance"), Label(lost, "job"), Label(lost, "site")));
        Assert.NotEmpty(await Until(above, "job_board_bios:passthru_hosts:count{site=\"site-a\"}"));
        var names = (await Until(above, "count by (__name__) ({job=\"passthru\"})")).Select(it => Label(it, "__name__")!).ToList();
        Assert.All(names, name => Assert.Matches("^(ALERTS|[a-z_]+:passthru_[a-z_]+:[a-z]+)$", name));
    }

    [Fact]
    public async Task An_agent_sends_to_VictoriaMetrics()
    {
        using var directory = new TemporaryDirectory();
        using var host = WrittenHost.Named("own-healthy");
        using var exporter = await Published.Serve($"--path.rootfs={host.Root}");
        using var victoria = await Daemon.VictoriaMetrics(directory.Write("scrape.yml", ""), Path.Join(directory.Path, "victoria"), Published.FreePort());
        directory.Write("targets/passthru.yml", $"- targets: ['{exporter.Address}']");
        using var agent = await Daemon.PrometheusAgent(
            directory.Write("agent.yml", Regex.Replace(Sample("agent.yml"), "http://victoria[^/]+/", victoria.Client.BaseAddress!.ToString())
                .Replace("scrape_interval: 15s", "scrape_interval: 1s", StringComparison.Ordinal).Replace("scrape_timeout: 10s", "scrape_timeout: 1s", StringComparison.Ordinal)),
            Path.Join(directory.Path, "agent"), Published.FreePort());

        var up = Assert.Single(await Until(victoria, "up == 1"));
        Assert.Equal(("127.0.0.1", "passthru", "site-a"), (Label(up, "instance"), Label(up, "job"), Label(up, "site")));
        Assert.NotEmpty(await Until(victoria, "passthru_device_ownership_mismatch"));
        Assert.Empty(await Ask(victoria, "{__name__=~\"dotnet_.+\"}"));
    }

    private static string Text(string file) => File.ReadAllText(Path.Join(Golden.Repository, file));

    private static string Sample(string file) => Text($"deploy/prometheus/{file}");

    private static string? Label(JsonElement series, string name) => series.GetProperty("metric").TryGetProperty(name, out var value) ? value.GetString() : null;

    private static async Task<List<JsonElement>> Until(Daemon server, string query)
    {
        for (var tries = 0; tries < 300; tries++)
        {
            if (await Ask(server, query) is { Count: > 0 } found)
            {
                return found;
            }

            await Task.Delay(200, Cancel);
        }

        Assert.Fail($"nothing for {query}");
        return [];
    }

    private static async Task<List<JsonElement>> Ask(Daemon server, string query)
    {
        var answer = await server.Client.GetFromJsonAsync<JsonElement>($"/api/v1/query?query={Uri.EscapeDataString(query)}", Cancel);
        return [.. answer.GetProperty("data").GetProperty("result").EnumerateArray()];
    }
}
