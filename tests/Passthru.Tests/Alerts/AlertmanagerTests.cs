using System.Net.Http.Json;
using System.Text.Json;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Alerts;

/// <summary>The sample for Alertmanager: where alerts go, and which of them keeps which from going.</summary>
public sealed class AlertmanagerTests
{
    private static readonly string Config = Path.Join(Golden.Repository, "deploy/alertmanager/alertmanager.yml");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("amtool")]
    [InlineData("newer/amtool")]
    public async Task The_sample_is_valid(string tool)
    {
        var (code, said) = await Tools.Run("", Newer.Path(tool), "check-config", Config);
        Assert.True(code == 0, said);
    }

    [Fact]
    public async Task Every_alert_goes_where_its_severity_says()
    {
        foreach (var rule in RuleFile.Shipped.Alerts)
        {
            var receiver = rule.Severity switch { "critical" => "pager", "warning" => "tickets", _ => "dashboard" };
            var (code, said) = await Tools.Run("", "amtool", "config", "routes", "test", $"--config.file={Config}", $"--verify.receivers={receiver}",
                $"alertname={rule.Alert}", $"severity={rule.Severity}", $"bucket={rule.Labels["bucket"]}", "instance=pve1");
            Assert.True(code == 0, $"{rule.Alert} {rule.Severity}: {said}");
        }
    }

    [Fact]
    public async Task What_is_not_ours_does_not_page()
    {
        var (code, said) = await Tools.Run("", "amtool", "config", "routes", "test", $"--config.file={Config}", "--verify.receivers=tickets", "alertname=NodeDown", "severity=critical");
        Assert.True(code == 0, said);
    }

    /// <summary>Each line: an alert, the alerts at the same time, and whether it is kept from going.</summary>
    public static TheoryData<string, string, bool> Inhibitions => new()
    {
        // The lesser of two rules of one alert, for the same device of the same host.
        { "PassthruDmaFaults warning pve1 device=a", "PassthruDmaFaults critical pve1 device=a", true },
        { "PassthruDmaFaults critical pve1 device=a", "PassthruDmaFaults warning pve1 device=a", false },
        { "PassthruDmaFaults warning pve1 device=b", "PassthruDmaFaults critical pve1 device=a", false },
        { "PassthruDmaFaults warning pve2 device=a", "PassthruDmaFaults critical pve1 device=a", false },
        { "PassthruDeviceResetFailed warning pve1 device=a", "PassthruDmaFaults critical pve1 device=a", false },
        { "PassthruIommuDisabled info pve1", "PassthruIommuDisabled critical pve1", true },

        // A device that is gone.
        { "PassthruOwnershipLost critical pve1 device=a", "PassthruDeviceMissing critical pve1 device=a", true },
        { "PassthruOwnershipLost critical pve1 device=b", "PassthruDeviceMissing critical pve1 device=a", false },
        { "PassthruOwnershipLost critical pve2 device=a", "PassthruDeviceMissing critical pve1 device=a", false },
        { "PassthruDeviceMissing critical pve1 device=a", "PassthruOwnershipLost critical pve1 device=a", false },
        { "PassthruDeviceResetFailed critical pve1 device=a", "PassthruDeviceMissing critical pve1 device=a", true },
        { "PassthruDeviceResetFailed warning pve1", "PassthruDeviceMissing critical pve1", false },

        // A host without IOMMU.
        { "PassthruOwnershipLost critical pve1 device=a", "PassthruIommuDisabled critical pve1", true },
        { "PassthruAcsOverrideActive warning pve1", "PassthruIommuDisabled critical pve1", true },
        { "PassthruOwnershipLost critical pve2 device=a", "PassthruIommuDisabled critical pve1", false },
        { "PassthruTopologyChanged warning pve1 change=firmware_changed", "PassthruIommuDisabled info pve1", false },
        { "PassthruIommuDisabled critical pve1", "PassthruOwnershipLost critical pve1 device=a", false },
        { "PassthruExporterDown critical pve1", "PassthruIommuDisabled critical pve1", false },
        { "NodeDiskFull warning pve1", "PassthruIommuDisabled critical pve1", false },

        // An exporter that is down.
        { "PassthruAerErrors warning pve1 device=a", "PassthruExporterDown critical pve1", true },
        { "PassthruOwnershipLost critical pve1 device=a", "PassthruExporterDown critical pve1", false },
        { "PassthruAerErrors warning pve2 device=a", "PassthruExporterDown critical pve1", false },

        // Many exporters that are down, of one job of one cluster.
        { "PassthruExporterDown critical pve1 cluster=a", "PassthruManyExportersDown critical cluster=a", true },
        { "PassthruExporterDown critical pve1 cluster=b", "PassthruManyExportersDown critical cluster=a", false },
        { "PassthruOwnershipLost critical pve1 cluster=a device=a", "PassthruManyExportersDown critical cluster=a", false },

        // Two hosts of one name in two clusters.
        { "PassthruOwnershipLost critical pve1 cluster=b device=a", "PassthruDeviceMissing critical pve1 cluster=a device=a", false },
        { "PassthruAerErrors warning pve1 cluster=b device=a", "PassthruExporterDown critical pve1 cluster=a", false },

        // No target at all: it has no instance, and neither may what it would inhibit.
        { "PassthruAerErrors warning pve1 device=a", "PassthruExporterDown critical", false },
        { "PassthruCollectorFailing warning", "PassthruExporterDown critical", false },
    };

    [Fact]
    public async Task A_running_alertmanager_inhibits_what_the_sample_says()
    {
        using var directory = new TemporaryDirectory();
        foreach (var row in Inhibitions)
        {
            var (target, source, inhibited) = row.Data;
            using var alertmanager = await Daemon.Alertmanager(Config, Path.Join(directory.Path, Guid.NewGuid().ToString()), Published.FreePort());
            using var accepted = await alertmanager.Client.PostAsJsonAsync("/api/v2/alerts", new[] { Alert(target), Alert(source) }, Cancel);
            accepted.EnsureSuccessStatusCode();
            Assert.Equal(inhibited ? "suppressed" : "active", await State(alertmanager, Labels(target)));
        }
    }

    /// <summary>A new kernel on a thousand hosts is one ticket, in the oldest Alertmanager and in the newest.</summary>
    [Theory]
    [InlineData("prometheus-alertmanager")]
    [InlineData("newer/prometheus-alertmanager")]
    public async Task What_a_new_kernel_does_on_a_thousand_hosts_is_one_group(string program)
    {
        using var directory = new TemporaryDirectory();
        using var alertmanager = await Daemon.Alertmanager(Config, directory.Path, Published.FreePort(), Newer.Path(program));
        var alerts = Enumerable.Range(0, 1000).Select(host => Alert($"PassthruTopologyChanged warning h{host} change=kernel_changed"))
            .Concat(Enumerable.Range(0, 1000).Select(host => Alert($"PassthruInitramfsStale warning h{host} kernel=6.{host % 2}")));
        using var accepted = await alertmanager.Client.PostAsJsonAsync("/api/v2/alerts", alerts, Cancel);
        accepted.EnsureSuccessStatusCode();
        for (var tries = 0; ; tries++)
        {
            var groups = (await alertmanager.Client.GetFromJsonAsync<JsonElement>("/api/v2/alerts/groups", Cancel)).EnumerateArray().ToList();
            if (groups.Sum(group => group.GetProperty("alerts").GetArrayLength()) == 2000)
            {
                Assert.Equal(["PassthruInitramfsStale", "PassthruTopologyChanged"], groups.Select(group => group.GetProperty("labels").GetProperty("alertname").GetString()).Order());
                return;
            }

            Assert.True(tries < 100, "the alerts do not arrive");
            await Task.Delay(50, Cancel);
        }
    }

    private static object Alert(string text) => new { labels = Labels(text), startsAt = DateTimeOffset.UtcNow };

    private static Dictionary<string, string> Labels(string text)
    {
        var words = text.Split(' ');
        var labels = new Dictionary<string, string> { ["alertname"] = words[0], ["severity"] = words[1], ["job"] = "passthru" };
        foreach (var word in words[2..])
        {
            var pair = word.Split('=');
            labels[pair.Length == 1 ? "instance" : pair[0]] = pair[^1];
        }

        return labels;
    }

    /// <summary>Once both alerts are in: "active" before it has been looked at by the inhibitor does not count.</summary>
    private static async Task<string?> State(Daemon alertmanager, Dictionary<string, string> labels)
    {
        for (var tries = 0; ; tries++)
        {
            var alerts = await alertmanager.Client.GetFromJsonAsync<JsonElement>("/api/v2/alerts", Cancel);
            if (alerts.GetArrayLength() == 2)
            {
                // The inhibitor gets the alerts at the same time as the store, not before it.
                await Task.Delay(100, Cancel);
                alerts = await alertmanager.Client.GetFromJsonAsync<JsonElement>("/api/v2/alerts", Cancel);
                var alert = alerts.EnumerateArray().Single(it => labels.All(label =>
                    it.GetProperty("labels").TryGetProperty(label.Key, out var value) && value.GetString() == label.Value)
                    && it.GetProperty("labels").EnumerateObject().Count() == labels.Count);
                return alert.GetProperty("status").GetProperty("state").GetString();
            }

            Assert.True(tries < 100, "the alerts do not arrive");
            await Task.Delay(50, Cancel);
        }
    }
}
