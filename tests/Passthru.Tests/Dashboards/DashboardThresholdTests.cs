using System.Globalization;
using System.Text.Json.Nodes;

namespace Passthru.Tests.Dashboards;

/// <summary>Colours say what the alerts say: a number has the colour of the severity exactly where the alert fires.</summary>
public sealed class DashboardThresholdTests(DemoPrometheus demo)
{
    private static readonly Dictionary<string, string> Colours = new() { ["critical"] = "red", ["warning"] = "orange", ["info"] = "blue" };

    /// <summary>Panel, query, alert and severity that it stands for.</summary>
    public static TheoryData<string, string, string, string, string> Table => new()
    {
        { "fleet", "Lost devices", "A", "PassthruOwnershipLost", "critical" },
        { "fleet", "Silent hosts", "A", "PassthruExporterDown", "critical" },
        { "fleet", "Hosts without IOMMU", "A", "PassthruIommuDisabled", "critical" },
        { "fleet", "Hosts without IOMMU", "B", "PassthruIommuDisabled", "info" },
        { "fleet", "Hosts without IOMMU", "C", "PassthruIommuDisabled", "warning" },
        { "fleet", "ACS override", "A", "PassthruAcsOverrideActive", "warning" },
        { "fleet", "Unread sources", "A", "PassthruCollectorFailing", "warning" },
        { "host", "Exporter", "A", "PassthruExporterDown", "critical" },
        { "host", "IOMMU", "A", "PassthruIommuDisabled", "critical" },
        { "host", "IOMMU", "A", "PassthruIommuDisabled", "info" },
        { "host", "IOMMU", "A", "PassthruIommuDisabled", "warning" },
        { "host", "IRQ remapping", "A", "PassthruInterruptRemappingDisabled", "warning" },
        { "host", "ACS override", "A", "PassthruAcsOverrideActive", "warning" },
        { "host", "Not on VFIO", "A", "PassthruOwnershipLost", "critical" },
        { "host", "Unread sources", "A", "PassthruCollectorFailing", "warning" },
        { "host", "Unsafe interrupts", "A", "PassthruUnsafeInterruptsAllowed", "warning" },
        { "host", "No-IOMMU mode", "A", "PassthruNoIommuMode", "warning" },
        { "host", "Initramfs", "A", "PassthruInitramfsStale", "warning" },
        { "host", "Topology", "A", "PassthruTopologyChanged", "warning" },
        { "isolation", "Hosts with ACS override", "A", "PassthruAcsOverrideActive", "warning" },
        { "isolation", "Claimed groups split by software", "A", "PassthruGroupNotIsolated", "warning" },
        { "isolation", "Hosts without interrupt remapping", "A", "PassthruInterruptRemappingDisabled", "warning" },
        { "isolation", "Hosts with unsafe interrupts", "A", "PassthruUnsafeInterruptsAllowed", "warning" },
        { "isolation", "Hosts in no-IOMMU mode", "A", "PassthruNoIommuMode", "warning" },
        { "isolation", "Claimed groups reserved by firmware", "A", "PassthruGroupReservedByFirmware", "warning" },
        { "isolation", "Claimed devices without any reset", "A", "PassthruDeviceNotResettable", "warning" },
        { "isolation", "Claimed devices without FLR", "A", "PassthruDeviceWithoutFlr", "info" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public async Task It_has_the_colour_of_the_alert_where_the_alert_fires(string name, string title, string query, string alert, string severity)
    {
        var target = DashboardFile.Of(name).Panels.Single(it => it.Title == title).Targets.Single(it => it.RefId == query);
        Assert.Contains(target.Panel.Json["links"]!.AsArray(), link => ((string)link!["url"]!).EndsWith($"/{alert}.md", StringComparison.Ordinal));
        var hosts = (await demo.Instant("up")).Select(it => it.GetProperty("metric").GetProperty("instance").GetString()!).ToList();
        var coloured = new List<string>();
        foreach (var host in hosts)
        {
            var values = await demo.Instant(DashboardFile.Filled(target.Query, host));
            if (values.Any(it => Colour(target, double.Parse(it.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture)) == Colours[severity]))
            {
                coloured.Add(host);
            }
        }

        var fired = (await demo.Instant($"count by (instance) (ALERTS{{alertname=\"{alert}\",severity=\"{severity}\"}})")).Select(it => it.GetProperty("metric").GetProperty("instance").GetString()!);
        Assert.Equal(fired.Order(), coloured.Order());
        // No VM of the demo that needs the IOMMU of its host runs or starts with it.
        var least = (alert, severity) == ("PassthruIommuDisabled", "critical") ? 0 : 1;
        Assert.InRange(coloured.Count, least, hosts.Count - 1);
    }

    /// <summary>A colour that warns stands for an alert: no stat has one that is not in the table, but for the one that counts alerts.</summary>
    [Fact]
    public void No_other_number_warns()
    {
        var warning = DashboardFile.All.SelectMany(it => it.Panels).Where(panel => panel.Type == "stat").SelectMany(panel => panel.Targets)
            .Where(target => Steps(target).Any(step => Colours.ContainsValue((string)step!["color"]!)));

        Assert.Equal(
            Table.Select(row => $"{row.Data.Item1}: {row.Data.Item2} {row.Data.Item3}").Distinct().Concat(["fleet: Firing alerts A", "fleet: Firing alerts B"]).Order(),
            warning.Select(it => it.ToString()).Order());
    }

    /// <summary>The colour of a value by the thresholds that hold for the query: its own, or those of the panel.</summary>
    private static string Colour(DashboardTarget target, double value) =>
        (string)Steps(target).Last(step => step!["value"] is null || (double)step["value"]! <= value)!["color"]!;

    private static JsonArray Steps(DashboardTarget target)
    {
        var own = target.Panel.Json["fieldConfig"]!["overrides"]!.AsArray()
            .Where(it => (string?)it!["matcher"]!["options"] == (string?)target.Json["legendFormat"])
            .SelectMany(it => it!["properties"]!.AsArray())
            .FirstOrDefault(it => (string)it!["id"]! == "thresholds");
        return (own?["value"] ?? target.Panel.Defaults["thresholds"])!["steps"]!.AsArray();
    }
}
