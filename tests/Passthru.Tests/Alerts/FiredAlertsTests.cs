namespace Passthru.Tests.Alerts;

public sealed class FiredAlertsTests
{
    private const string Claimed = """
        passthru_reservation_info{device="0000:01:00.0",group="14",kind="gpu",model="GA102 \"3090\"",driver="nvidia",source="config",vm=""} 1

        """;

    [Fact]
    public async Task Pages_of_many_hosts_are_judged_at_once_and_apart()
    {
        var fired = await FiredAlerts.On(new Dictionary<string, string>
        {
            ["quiet"] = "# HELP x\npassthru_iommu_enabled 1\npassthru_acs_override_active 0\n" + Claimed,
            ["lost"] = Claimed + "passthru_device_ownership_mismatch{device=\"0000:01:00.0\"} 1\n",
            ["event"] = Claimed + "passthru_kernel_event_last_timestamp_seconds{event=\"reset_failed\",device=\"0000:01:00.0\"} 1\n",
            ["errors"] = Claimed + "passthru_device_aer_errors_total{device=\"0000:01:00.0\",severity=\"fatal\"} 2\n",
            ["functions"] = Claimed + "passthru_device_missing{device=\"0000:01:00.1\"} 1\npassthru_device_physical_function_info{device=\"0000:01:00.1\",physical_function=\"0000:01:00.0\"} 1\n",
            ["accepted"] = Claimed + "passthru_device_ownership_mismatch{device=\"0000:01:00.0\"} 1\npassthru_finding_accepted{alert=\"PassthruOwnershipLost\",device=\"0000:01:00.0\",group=\"14\",vm=\"\"} 1\n",
            ["off"] = Claimed + "passthru_iommu_enabled 0\n",
        });
        Assert.Equal(
            ["errors PassthruAerErrors warning", "event PassthruDeviceResetFailed critical", "functions PassthruVirtualFunctionsMissing critical", "lost PassthruOwnershipLost critical", "off PassthruIommuDisabled critical"],
            fired.Select(alert => $"{alert.Host} {alert.Name} {alert.Severity}").Order(StringComparer.Ordinal));
        Assert.Contains("GA102 \"3090\"", fired.Single(alert => alert.Host == "lost").Description, StringComparison.Ordinal);
    }
}
