using Passthru.Facts.Pci;

namespace Passthru.Findings.Rules;

/// <summary>Reset and power of devices that somebody claims.</summary>
internal static class DeviceRules
{
    private static readonly FindingRule NotResettable = new(
        "device-not-resettable", Bucket.Runtime, Stage.Device, "PassthruDeviceNotResettable",
        "Expect the device to work once for each boot of the host; a newer kernel, a firmware update or vendor-reset (some AMD cards) may bring a reset method.");

    private static readonly FindingRule WithoutFlr = new(
        "device-without-flr", Bucket.Runtime, Stage.Device, "PassthruDeviceWithoutFlr",
        "Restart the VM twice before you rely on it: without FLR the reset that is left may not clear the device.");

    private static readonly FindingRule Sleeps = new(
        "nic-power-management-risk", Bucket.Runtime, Stage.Device, "PassthruNicPowerManagementRisk",
        "Choose the ASPM policy default or performance, and write 0 to the adapter's d3cold_allowed.");

    public static readonly Rule[] All =
    [
        new(NotResettable, it => Claimed(it).Where(device => device.Reset.Methods == 0).Select(device => Of(device, NotResettable, Severity.Warning,
            $"{Names.Of(device.Function)} has no reset method that works: it keeps the state of its last user.", "reset_method"))),
        new(WithoutFlr, it => Claimed(it).Where(device => device.Reset is { Flr: false, Methods: > 0 }).Select(device => Of(device, WithoutFlr, Severity.Info,
            $"{Names.Of(device.Function)} has no Function Level Reset{(device.Reset.First is { } first ? $"; the kernel would try {first}" : "")}.", "reset_method"))),
        new(Sleeps, it => Claimed(it)
            .Where(device => device.Function.Kind == DeviceKind.Network && IsPowersave(it))
            .Select(device => Of(device, Sleeps, Severity.Warning,
                $"Links save power aggressively (ASPM policy {it.Facts.Kernel!.AspmPolicy}): {Names.Of(device.Function)} may lose its own.", "d3cold_allowed"))),
    ];

    private static bool IsPowersave(Judged it) => it.Facts.Kernel?.AspmPolicy is "powersave" or "powersupersave";

    private static IEnumerable<DeviceVerdict> Claimed(Judged it) => (it.Report.Devices ?? []).Where(device => device.IsReserved);

    private static Finding Of(DeviceVerdict device, FindingRule rule, Severity severity, string cause, string file) => new()
    {
        Rule = rule,
        Severity = severity,
        Subject = device.Function.Address.ToString(),
        Cause = cause,
        Evidence = [$"{device.Function.Path.Directory}/{file}"],
        Functions = [device.Function.Address],
    };
}
