using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Alerts;

/// <summary>
/// The whole way, with the real parts: the published exporter on a host whose driver takes a device back, Prometheus with the shipped
/// rules, Alertmanager with the shipped routes, a webhook. All times of the rules, the scrapes and the routes are one factor shorter; <c>PASSTHRU_TESTS_SLOW=1</c> runs it once more as shipped.
/// </summary>
public sealed class PageToPagerTests
{
    private const int Factor = 15;

    /// <summary>The adapter of the host, which its configuration and a running VM claim.</summary>
    private const string Function = "sys/devices/pci0000:00/0000:00:01.2/0000:03:00.0";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_lost_device_pages_with_all_one_needs_and_resolves() => LoseAndGiveBack(Factor);

    [Fact]
    public async Task As_shipped_it_takes_90_seconds_at_most()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PASSTHRU_TESTS_SLOW") == "1", "takes five minutes; PASSTHRU_TESTS_SLOW=1 runs it");
        Assert.InRange(await LoseAndGiveBack(1), TimeSpan.Zero, TimeSpan.FromSeconds(90));
    }

    private static async Task<TimeSpan> LoseAndGiveBack(int factor)
    {
        using var directory = new TemporaryDirectory();
        using var host = WrittenHost.Named("own-healthy");
        using var exporter = await Published.Serve($"--path.rootfs={host.Root}");
        using var stub = new HttpStub();
        var alertmanagerPort = Published.FreePort();
        using var alertmanager = await Daemon.Alertmanager(
            directory.Write("alertmanager.yml", Routes(stub.Port, factor)), Path.Join(directory.Path, "am"), alertmanagerPort);
        directory.Write("rules/passthru.rules.yml", await new Tuning().Faster(factor).Rules());
        using var prometheus = await Daemon.Prometheus(
            directory.Write("prometheus.yml", Scrapes(exporter.Address, alertmanagerPort, factor)), Path.Join(directory.Path, "tsdb"), Published.FreePort());
        await Task.Delay(TimeSpan.FromSeconds(30.0 / factor + 1), Cancel);
        Assert.Empty(stub.Posted);

        var lost = Stopwatch.StartNew();
        Bind(host, "igb");
        var page = await stub.Wait("/pager", body => Lost(body, "firing") is not null, TimeSpan.FromSeconds(60 + 120 / factor));
        var took = lost.Elapsed;
        var alert = Lost(page, "firing")!.Value;
        Assert.Equal("critical", alert.GetProperty("labels").GetProperty("severity").GetString());
        var text = alert.GetProperty("annotations").GetProperty("description").GetString()!;
        Assert.All((string[])["pve1", "0000:03:00.0", "I210 Gigabit Network Connection", "igb", "config", "VM router", "lspci -nnks"], word => Assert.Contains(word, text, StringComparison.Ordinal));
        Assert.EndsWith("/PassthruOwnershipLost.md", alert.GetProperty("annotations").GetProperty("runbook_url").GetString(), StringComparison.Ordinal);

        Bind(host, "vfio-pci");
        var end = await stub.Wait("/pager", body => Lost(body, "resolved") is not null, TimeSpan.FromSeconds(60 + 180 / factor));
        Assert.Equal(alert.GetProperty("fingerprint").GetString(), Lost(end, "resolved")!.Value.GetProperty("fingerprint").GetString());
        Assert.All(stub.Posted, it => Assert.Equal("/pager", it.Path));
        return took;
    }

    private static JsonElement? Lost(JsonElement body, string status) =>
        body.GetProperty("alerts").EnumerateArray().Where(alert => alert.GetProperty("status").GetString() == status
            && alert.GetProperty("labels").GetProperty("alertname").GetString() == "PassthruOwnershipLost").Cast<JsonElement?>().FirstOrDefault();

    /// <summary>What sysfs shows after a driver was bound: its link, and VFIO's own directory for a driver of VFIO.</summary>
    private static void Bind(WrittenHost host, string driver)
    {
        var function = Path.Join(host.Root, Function);
        File.Delete(Path.Join(function, "driver"));
        File.CreateSymbolicLink(Path.Join(function, "driver"), $"../../../../bus/pci/drivers/{driver}");
        if (driver != "vfio-pci" && Directory.Exists(Path.Join(function, "vfio-dev")))
        {
            Directory.Delete(Path.Join(function, "vfio-dev"), recursive: true);
        }
    }

    /// <summary>The shipped sample, to the webhook of the test, waiting a factor less.</summary>
    private static string Routes(int port, int factor)
    {
        var text = File.ReadAllText(Path.Join(Golden.Repository, "deploy/alertmanager/alertmanager.yml"));
        text = text.Replace("127.0.0.1:9095", $"127.0.0.1:{port}", StringComparison.Ordinal);
        return Regex.Replace(text, @"(group_wait|group_interval): (\d+)(s|m)\b", match =>
            $"{match.Groups[1].Value}: {int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) * (match.Groups[3].Value == "m" ? 60000 : 1000) / factor}ms");
    }

    /// <summary>The shipped sample, with the exporter of the test for its hosts.</summary>
    private static string Scrapes(string exporter, int alertmanager, int factor) =>
        Regex.Replace(
            File.ReadAllText(Path.Join(Golden.Repository, "deploy/prometheus/prometheus.yml"))
                .Replace("127.0.0.1:9093", $"127.0.0.1:{alertmanager}", StringComparison.Ordinal)
                .Replace("- targets: [pve1.example.org:10068, pve2.example.org:10068]", $"- targets: ['{exporter}']", StringComparison.Ordinal)
                .Replace("target_label: instance", "target_label: instance\n        replacement: pve1", StringComparison.Ordinal)
                .Replace("/usr/share/passthru-exporter/alerts/", "rules/", StringComparison.Ordinal)
                .Replace("  - rules/passthru-capacity.rules.yml\n", "", StringComparison.Ordinal),
            @"(scrape_interval|scrape_timeout|evaluation_interval): (\d+)s",
            match => $"{match.Groups[1].Value}: {int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) * 1000 / factor}ms");
}
