using Passthru.Facts.Pci;
using Passthru.Findings.Devices;
using Passthru.Findings.Values;

namespace Passthru.Findings.Rules;

/// <summary>Reset and power of devices that somebody claims.</summary>
internal static class DeviceRules
{
    private static readonly FindingKind NotResettable = new(
        "device-not-resettable", Bucket.Runtime, Stage.Device, "PassthruDeviceNotResettable",
        "Give all functions of the card to the same VM, so that VFIO can reset the whole card; else reboot the host between two users of the device.");

    private static readonly FindingKind NeedsVendorReset = new(
        "device-needs-vendor-reset", Bucket.Runtime, Stage.Device, "PassthruDeviceNotResettable",
        "Install and load vendor-reset, then write device_specific to the device's reset_method (kernel 5.15 and later).");

    private static readonly FindingKind WithoutFlr = new(
        "device-without-flr", Bucket.Runtime, Stage.Device, "PassthruDeviceWithoutFlr",
        "Restart the VM twice before you rely on it: without FLR the reset that is left may not clear the device.");

    private static readonly FindingKind Sleeps = new(
        "nic-power-management-risk", Bucket.Runtime, Stage.Device, "PassthruNicPowerManagementRisk",
        "Choose the ASPM policy default or performance, and write 0 to the adapter's d3cold_allowed.");

    public static readonly Rule[] All =
    [
        new(NotResettable, input => Claimed(input).Where(device => device.Reset is { Methods: 0, NeedsVendorReset: false }).Select(device => For(device, NotResettable, Severity.Warning,
            $"{Names.For(device.Function)} cannot be reset between VMs: no method works for it alone, and VFIO cannot reset all that shares its bus.", MethodsFile(device)))),
        new(NeedsVendorReset, input => Claimed(input).Where(device => device.Reset is { Methods: 0, NeedsVendorReset: true }).Select(device => For(device, NeedsVendorReset, Severity.Warning,
            $"{Names.For(device.Function)} cannot be reset between VMs: this AMD card does not come back from a bus reset, and {VendorResetState(device)}.", MethodsFile(device)))),
        new(WithoutFlr, input => Claimed(input).Where(device => device.Reset is { Flr: false, Methods: > 0 }).Select(device => For(device, WithoutFlr, Severity.Info,
            $"{Names.For(device.Function)} has no Function Level Reset{WhatIsLeft(device.Reset)}.", MethodsFile(device)))),
        new(Sleeps, input => Claimed(input)
            .Where(device => device.Function.Kind == DeviceKind.Network && IsPowersave(input))
            .Select(device => For(device, Sleeps, Severity.Warning,
                $"Links save power aggressively (ASPM policy {input.Facts.Kernel!.AspmPolicy}): {Names.For(device.Function)} may lose its own.", "d3cold_allowed"))),
    ];

    private static string WhatIsLeft(ResetVerdict reset) => reset switch
    {
        { IsWholeCard: true } => "; it resets only as a whole card (bus reset by VFIO)",
        { First: { } first } => $"; the kernel would try {first}",
        _ => "",
    };

    private static string VendorResetState(DeviceVerdict device) => device.Reset.HasVendorReset switch
    {
        true => "module vendor_reset is loaded but device_specific is not its reset method",
        false => "module vendor_reset is not loaded",
        _ => "whether module vendor_reset is loaded is unknown",
    };

    /// <summary>Absent without methods, and before Linux 5.15 always.</summary>
    private static string MethodsFile(DeviceVerdict device) => device.Function.ResetMethods is null ? "reset_method (absent)" : "reset_method";

    private static bool IsPowersave(RuleInput input) => input.Facts.Kernel?.AspmPolicy is "powersave" or "powersupersave";

    private static IEnumerable<DeviceVerdict> Claimed(RuleInput input) => (input.Report.Devices ?? []).Where(device => device.IsReserved);

    private static Finding For(DeviceVerdict device, FindingKind rule, Severity severity, string cause, string file) => new()
    {
        Rule = rule,
        Severity = severity,
        Subject = device.Function.Address.ToString(),
        Cause = cause,
        Evidence = [$"{device.Function.Path.Directory}/{file}"],
        Functions = [device.Function.Address],
    };
}
