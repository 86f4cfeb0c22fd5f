using System.Text.RegularExpressions;

namespace Passthru.Tests.Dashboards;

/// <summary>Every query, asked of a real Prometheus that has watched a fleet of healthy and broken hosts.</summary>
public sealed class DashboardQueryTests(DemoPrometheus demo)
{
    /// <summary>A host on which all is well.</summary>
    private const string Healthy = "pve-01";

    /// <summary>Panels whose queries find nothing on a host on which all is well, and one on which they do.</summary>
    public static TheoryData<string, string, string> EmptyWhenHealthy => new()
    {
        { "fleet", "Hosts without IOMMU", "lab-07" },
        { "fleet", "Firing alerts", "lab-02" },
        { "fleet", "Devices that are not where they have to be", "pve-03" },
        { "fleet", "Hosts that lost devices in this time", "pve-03" },
        { "host", "Next boot", "pve-17" },
        { "host", "Initramfs", "lab-05" },
        { "host", "Topology", "pve-09" },
        { "host", "Mistakes in the configuration of VMs", "pve-14" },
        { "host", "Kernel events", "pve-06" },
        { "host", "PCI Express errors", "pve-08" },
        { "isolation", "Groups that only software separates", "kvm-04" },
        { "isolation", "Hosts with the ACS override", "kvm-04" },
        { "isolation", "Claimed devices without FLR, or without any reset", "kvm-04" },
        { "isolation", "Trouble with resets", "pve-06" },
        { "isolation", "Hosts where interrupts or DMA are not contained", "lab-02" },
        { "isolation", "Groups that are not alone", "kvm-04" },
    };

    public static TheoryData<string> Names => DashboardFile.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Prometheus_understands_it_and_the_demo_fleet_has_data(string name)
    {
        foreach (var target in DashboardFile.Of(name).Panels.SelectMany(panel => panel.Targets))
        {
            Assert.True((await demo.Instant(DashboardFile.Filled(target.Query))).Count > 0, $"no data: {target}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Annotations_find_alerts(string name)
    {
        var annotation = DashboardFile.Of(name).Queries.Last();
        Assert.StartsWith("ALERTS{", annotation, StringComparison.Ordinal);
        Assert.NotEmpty(await demo.Instant(DashboardFile.Filled(annotation)));
    }

    /// <summary>What a variable offers, asked as Grafana does it.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Variables_offer_what_there_is(string name)
    {
        foreach (var variable in DashboardFile.Of(name).Variables.Where(it => (string)it["type"]! == "query" && (string)it["name"]! != "cluster"))
        {
            var query = Regex.Match((string)variable["query"]!["query"]!, @"^label_values\((.+), (\w+)\)$");
            Assert.True(query.Success, variable.ToJsonString());
            var found = await demo.Instant($"count by ({query.Groups[2].Value}) ({DashboardFile.Filled(query.Groups[1].Value)})");
            Assert.Contains(found, it => it.GetProperty("metric").GetProperty(query.Groups[2].Value).GetString() is "passthru" or Healthy);
        }
    }

    /// <summary>
    /// On a host where all is well a panel has data, or is declared above. The review of capacity is left out: it is made of numbers
    /// that are right of all hosts together only.
    /// </summary>
    [Theory]
    [InlineData("fleet")]
    [InlineData("host")]
    [InlineData("isolation")]
    public async Task Only_what_is_declared_is_empty_where_all_is_well(string name)
    {
        var empty = new HashSet<string>();
        foreach (var target in DashboardFile.Of(name).Panels.SelectMany(panel => panel.Targets))
        {
            if ((await demo.Instant(DashboardFile.Filled(target.Query, Healthy))).Count == 0)
            {
                empty.Add(target.Panel.Title);
            }
        }

        Assert.Equal(EmptyWhenHealthy.Where(row => row.Data.Item1 == name).Select(row => row.Data.Item2).Order(), empty.Order());
    }

    [Theory]
    [MemberData(nameof(EmptyWhenHealthy))]
    public async Task It_is_not_empty_where_something_is_wrong(string name, string title, string host)
    {
        var panel = DashboardFile.Of(name).Panels.Single(it => it.Title == title);
        Assert.False(string.IsNullOrEmpty(panel.NoValue));
        var found = 0;
        foreach (var target in panel.Targets)
        {
            found += (await demo.Instant(DashboardFile.Filled(target.Query, host))).Count;
        }

        Assert.NotEqual(0, found);
    }

    /// <summary>A host that does not say whether its IOMMU is on, and so on, has no such number: unknown is not 0.</summary>
    [Theory]
    [InlineData("host", "IOMMU", "pve-13")]
    [InlineData("host", "Unsafe interrupts", "lab-03")]
    [InlineData("host", "IRQ remapping", "arm-01")]
    [InlineData("isolation", "Hosts with unsafe interrupts", "lab-03")]
    [InlineData("fleet", "ACS override", "pve-13")]
    public async Task What_a_host_does_not_say_is_unknown(string name, string title, string host)
    {
        var panel = DashboardFile.Of(name).Panels.Single(it => it.Title == title);
        Assert.Equal("unknown", panel.NoValue);
        Assert.Empty(await demo.Instant(DashboardFile.Filled(panel.Targets.Single().Query, host)));
    }
}
