using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Passthru.Tests.Alerts;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Deploy;

/// <summary>The rules for vmalert, in Debian's vmalert on Debian's VictoriaMetrics.</summary>
public sealed class VmalertTests
{
    private const string Script = "deploy/victoriametrics/generate.sh";
    private const string Shipped = "deploy/victoriametrics/passthru.rules.yml";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_rules_that_ship_are_what_the_script_makes() => Golden.Check(Shipped, await new Tuning().Rules(Script));

    /// <summary>But for the times that Debian's vmalert does not know, and for the name of a function.</summary>
    [Fact]
    public async Task They_are_the_rules_of_Prometheus()
    {
        var (code, said) = await Tools.Run("", "sh", Path.Join(Golden.Repository, Script), "--keep");
        Assert.True(code == 0, said);
        Assert.Equivalent(RuleFile.Shipped, RuleFile.Parse(said.Replace("increase_prometheus(", "increase(", StringComparison.Ordinal)), strict: true);
    }

    [Theory]
    [InlineData(Shipped)]
    [InlineData("alerts/passthru-capacity.rules.yml")]
    public async Task It_loads_them(string file)
    {
        var (code, said) = await Tools.Run("", "vmalert", "-dryRun", $"-rule={Path.Join(Golden.Repository, file)}");
        Assert.True(code == 0, said);
    }

    /// <summary>The page outlives the exporter: it is held up by the series that vmalert writes of it.</summary>
    [Fact]
    public async Task A_page_fires_and_stays_when_the_exporter_dies()
    {
        using var directory = new TemporaryDirectory();
        using var stub = new HttpStub();
        using var host = WrittenHost.Named("own-pve-nic-lost");
        var exporter = await Published.Serve($"--path.rootfs={host.Root}");
        using var victoria = await Daemon.VictoriaMetrics(
            directory.Write("scrape.yml", $"scrape_configs: [{{job_name: passthru, scrape_interval: 1s, scrape_timeout: 1s, static_configs: [{{targets: ['{exporter.Address}']}}]}}]"),
            Path.Join(directory.Path, "data"), Published.FreePort());
        using var vmalert = await Daemon.Vmalert(directory.Write("rules.yml", await new Tuning().Faster(15).Rules(Script)), victoria, stub.Port, Published.FreePort());
        await Until(vmalert, states => states.Contains("PassthruOwnershipLost firing"));

        exporter.Dispose();
        await Until(vmalert, states => states.Contains("PassthruExporterDown pending"));
        await Task.Delay(TimeSpan.FromSeconds(8), Cancel);
        Assert.Contains("PassthruOwnershipLost firing", await States(vmalert));
    }

    /// <summary>What the kernel logged long ago is old, also where the exporter has just started, and what it logs now is new.</summary>
    [Fact]
    public async Task An_event_is_new_by_its_time()
    {
        using var directory = new TemporaryDirectory();
        using var victoria = await Daemon.VictoriaMetrics(directory.Write("scrape.yml", ""), Path.Join(directory.Path, "data"), Published.FreePort());
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await Import(victoria, "started", now, now - 7200);
        await Import(victoria, "faults", now, now - 60);

        var generated = RuleFile.Parse(await File.ReadAllTextAsync(Path.Join(Golden.Repository, Shipped), Cancel));
        Assert.Equal(["faults"], await Instances(victoria, Recent(RuleFile.Shipped), now));
        Assert.Equal(["faults"], await Instances(victoria, Recent(generated), now));
    }

    private static string Recent(RuleFile rules) => rules.All.Single(rule => rule.Record == "instance_event_device:passthru_kernel_event_age_seconds:recent").Expr;

    /// <summary>Eight minutes of an exporter.</summary>
    private static async Task Import(Daemon victoria, string host, long now, long logged)
    {
        var lines = Enumerable.Range(0, 33).Select(step => 15 * step).SelectMany(before => (string[])
        [
            string.Create(CultureInfo.InvariantCulture, $"up{{job=\"passthru\",instance=\"{host}\"}} 1 {now - before}000\n"),
            string.Create(CultureInfo.InvariantCulture, $"passthru_kernel_event_last_timestamp_seconds{{job=\"passthru\",instance=\"{host}\",event=\"dma_fault\",device=\"\"}} {logged} {now - before}000\n"),
        ]);
        using var body = new StringContent(string.Concat(lines));
        (await victoria.Client.PostAsync("/api/v1/import/prometheus", body, Cancel)).EnsureSuccessStatusCode();
    }

    private static async Task<string[]> Instances(Daemon victoria, string query, long now)
    {
        await victoria.Client.GetAsync("/internal/force_flush", Cancel);
        var answer = await victoria.Client.GetFromJsonAsync<JsonElement>($"/api/v1/query?nocache=1&time={now}&query={Uri.EscapeDataString(query)}", Cancel);
        return [.. answer.GetProperty("data").GetProperty("result").EnumerateArray().Select(it => it.GetProperty("metric").GetProperty("instance").GetString()!).Order()];
    }

    private static async Task Until(Daemon vmalert, Func<List<string>, bool> fits)
    {
        List<string> states = [];
        for (var tries = 0; tries < 300; tries++)
        {
            states = await States(vmalert);
            if (fits(states))
            {
                return;
            }

            await Task.Delay(200, Cancel);
        }

        Assert.Fail(string.Join(", ", states));
    }

    private static async Task<List<string>> States(Daemon vmalert)
    {
        var alerts = (await vmalert.Client.GetFromJsonAsync<JsonElement>("/api/v1/alerts", Cancel)).GetProperty("data").GetProperty("alerts");
        return alerts.ValueKind == JsonValueKind.Null ? [] : [.. alerts.EnumerateArray().Select(it => $"{it.GetProperty("name").GetString()} {it.GetProperty("state").GetString()}")];
    }
}
