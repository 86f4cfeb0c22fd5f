using System.Text.RegularExpressions;
using Passthru.Tests.Support;

namespace Passthru.Tests.Alerts;

/// <summary>
/// The operators' table of common mistakes: for each row a host that shows the mistake, whose page makes the alert fire in a real
/// Prometheus with the shipped rules. All hosts are judged at once, and once for all tests.
/// </summary>
public sealed class MistakeTableTests(JudgedHosts judged) : IClassFixture<JudgedHosts>
{
    /// <summary>Alerts that stand on time, on a fleet or on the exporter, and so on no page of a single host.</summary>
    internal static readonly string[] OfNoHost =
    [
        "PassthruExporterDown", "PassthruManyExportersDown", "PassthruConfigReloadFailed", "PassthruAcceptanceExpired", "PassthruVirtualFunctionsMissing",
        "PassthruGroupHeldByService", "PassthruGroupNodeMissing", "PassthruVmStartFailed", "PassthruGuestDriverSilent",
    ];

    public static TheoryData<int, string, string> Table => new()
    {
        // 1: the VM does not start, a process has the group, or two machines want it.
        { 1, "PassthruGroupStaleHolder", "own-pve-stale-qemu" },
        { 1, "PassthruDeviceClaimedTwice", "own-pve-two-vms-one-card" },

        // 2: the VM starts, and the screen stays black.
        { 2, "PassthruVmBlackScreenRisk", "own-pve-black-screen" },
        { 2, "PassthruRomInvalid", "bad-log" },

        // 3: it works once.
        { 3, "PassthruDeviceWithoutFlr", "own-pve-nic-stopped" },
        { 3, "PassthruDeviceNotResettable", "own-pve-gpu" },
        { 3, "PassthruDeviceResetFailed", "bad-log" },

        // 4: the device does not come to vfio-pci.
        { 4, "PassthruOwnershipLost", "own-pve-nic-lost" },
        { 4, "PassthruDeviceNotReturned", "own-not-returned" },
        { 4, "PassthruOwnershipLost", "own-three-cards" },
        { 4, "PassthruOwnershipLost", "own-libvirt-unmanaged" },
        { 4, "PassthruInitramfsStale", "bad-initramfs" },
        { 4, "PassthruBlacklistIneffective", "bad-initramfs" },
        { 4, "PassthruVfioModuleMissing", "bad-vfio-not-loaded" },

        // 5: groups are large.
        { 5, "PassthruGroupSharedWithCriticalDevice", "own-pve-takes-root-disk" },
        { 5, "PassthruVmStartWouldTakeCriticalDevice", "own-pve-takes-root-disk" },
        { 5, "PassthruGroupNotViable", "bad-not-viable" },

        // 6: Windows shows an error of the graphics card.
        { 6, "PassthruVmWindowsGpuMisconfigured", "own-pve-windows" },

        // 7: the adapter drops its link.
        { 7, "PassthruInterruptRemappingDisabled", "bad-power" },
        { 7, "PassthruNicPowerManagementRisk", "bad-power" },
        { 7, "PassthruDeviceStuckInPowerState", "bad-log" },
        { 7, "PassthruDeviceLinkDegraded", "bad-power" },
        { 7, "PassthruAerErrors", "bad-errors" },

        // 8: the host is unstable with the ACS override.
        { 8, "PassthruAcsOverrideActive", "bad-override" },
        { 8, "PassthruGroupNotIsolated", "bad-override" },

        // Beyond the table.
        { 9, "PassthruIommuDisabled", "bad-no-iommu" },
        { 9, "PassthruGroupReservedByFirmware", "bad-firmware-region" },
        { 9, "PassthruDmaFaults", "bad-log" },
        { 9, "PassthruIommuTimeout", "bad-log" },
        { 9, "PassthruPortErrors", "bad-log" },
        { 9, "PassthruHostDeviceLost", "bad-log" },
        { 9, "PassthruBarConflict", "bad-log" },
        { 9, "PassthruInterruptConflict", "bad-log" },
        { 9, "PassthruMemoryLimit", "bad-log" },
        { 9, "PassthruUnsafeInterruptsAllowed", "bad-unsafe" },
        { 9, "PassthruNoIommuMode", "bad-unsafe" },
        { 9, "PassthruDeviceMissing", "own-device-gone" },
        { 9, "PassthruVmMappingInvalid", "own-pve-other-card" },
        { 9, "PassthruVmConfigInvalid", "own-pve-black-screen" },
        { 9, "PassthruTopologyChanged", "bad-spare-chassis" },
        { 9, "PassthruCollectorFailing", "own-pve-garbage" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public async Task A_mistake_makes_its_alert_fire(int row, string alert, string host) =>
        Assert.True((await judged.Fired).Any(fired => fired.Host == host && fired.Name == alert), $"row {row}: {alert} does not fire on {host}");

    /// <summary>All but those about the exporter, and those that no host of the table shows: they have cases of promtool.</summary>
    [Fact]
    public void Every_alert_is_in_the_table() =>
        Assert.Equal(
            RuleFile.Shipped.Alerts.Select(rule => rule.Alert!).Distinct().Except(OfNoHost).Order(),
            Table.Select(row => row.Data.Item2).Distinct().Order());

    [Theory]
    [InlineData("own-healthy")]
    [InlineData("own-pve-nic-stopped")]
    [InlineData("own-pve-mapping")]
    [InlineData("own-pve-driver-keep")]
    public async Task On_a_host_where_all_is_well_nothing_above_info_fires(string host) =>
        Assert.Empty((await judged.Fired).Where(fired => fired.Host == host && fired.Severity != "info").Select(fired => $"{fired.Name}: {fired.Description}"));

    /// <summary>Hosts that hand out nothing wake nobody, and make few tickets.</summary>
    [Fact]
    public async Task Where_nothing_is_claimed_nobody_is_paged()
    {
        var unclaimed = judged.Pages.Where(page => !page.Value.Contains("passthru_reservation_info{", StringComparison.Ordinal)).Select(page => page.Key).ToHashSet();
        var fired = (await judged.Fired).Where(alert => unclaimed.Contains(alert.Host)).ToList();

        Assert.NotEmpty(fired);
        Assert.DoesNotContain(fired, alert => alert.Severity == "critical");
        Assert.Empty(fired.Where(alert => alert.Severity == "warning").Select(alert => alert.Name).Distinct()
            .Except(["PassthruAcsOverrideActive", "PassthruCollectorFailing", "PassthruInterruptRemappingDisabled", "PassthruUnsafeInterruptsAllowed", "PassthruNoIommuMode",
                "PassthruDeviceNotReturned"]));
    }

    /// <summary>Nobody is paged but where the page of the host shows that somebody has lost something, or would.</summary>
    [Fact]
    public async Task Critical_alerts_stand_only_on_hosts_that_show_why()
    {
        var paged = (await judged.Fired).Where(fired => fired.Severity == "critical").Select(fired => fired.Host).Distinct();

        Assert.All(paged, host => Assert.Matches(
            new Regex("""(mismatch|missing)\{[^}]*\} 1$|stale_holders\{[^}]*\} [1-9]|start_critical_devices\{[^}]*\} [1-9]|kernel_events_total|iommu_enabled 0$""", RegexOptions.Multiline),
            judged.Pages[host]));
    }
}

/// <summary>What fires on the pages of all hosts.</summary>
public sealed class JudgedHosts
{
    private readonly Lazy<Task<IReadOnlyList<FiredAlert>>> _fired;

    public JudgedHosts() => _fired = new(() => FiredAlerts.On(Pages));

    public Dictionary<string, string> Pages { get; } =
        WrittenHosts.Names.ToDictionary(name => name, name => File.ReadAllText(Path.Join(Golden.Repository, $"tests/hosts/{name}/metrics.prom")));

    internal Task<IReadOnlyList<FiredAlert>> Fired => _fired.Value;
}
