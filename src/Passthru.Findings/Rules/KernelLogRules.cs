using Passthru.Facts.KernelLog;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Rules;

/// <summary>What the kernel has logged since boot. A counter does not say that trouble goes on: on devices nobody claims it is a note.</summary>
internal static class KernelLogRules
{
    private static readonly FindingRule Faults = new(
        "dma-faults", Bucket.Runtime, Stage.Device, "PassthruDmaFaults",
        "Stop the VM that has the device, then look whether the faults go on (dmesg -w); if they do, the device or its firmware is at fault.");

    private static readonly FindingRule Reset = new(
        "device-reset-failed", Bucket.Runtime, Stage.Device, "PassthruDeviceResetFailed",
        "Stop the VM; if the device does not come back after removing it and rescanning the bus, power the host off: a warm reboot may not be enough.");

    private static readonly FindingRule Stuck = new(
        "device-stuck-in-power-state", Bucket.Runtime, Stage.Device, "PassthruDeviceStuckInPowerState",
        "Power the host off and on; then set disable_idle_d3=1 for vfio-pci and 0 in the device's d3cold_allowed.");

    private static readonly FindingRule Rom = new(
        "rom-invalid", Bucket.Runtime, Stage.Device, "PassthruRomInvalid",
        "Give the VM a romfile made from the same card, or boot the host on another display so that the ROM is not shadowed.");

    private static readonly FindingRule Refused = new(
        "device-refused-for-firmware", Bucket.Isolation, Stage.Group, "PassthruGroupReservedByFirmware",
        "Switch off the firmware feature that keeps the region (often a management controller or option ROM of the slot), or use another slot.");

    public static readonly Rule[] All =
    [
        Of(Faults, Severity.Critical, "DMA faults", KernelEventKind.DmaFault),
        Of(Reset, Severity.Critical, "failed resets", KernelEventKind.ResetFailed, KernelEventKind.ResetTimeout),
        Of(Stuck, Severity.Critical, "power states that were not left", KernelEventKind.PowerStuck),
        Of(Rom, Severity.Warning, "a ROM that is none", KernelEventKind.RomInvalid),
        Of(Refused, Severity.Warning, "a refusal for the firmware's sake", KernelEventKind.RmrrRefused),
    ];

    private static Rule Of(FindingRule rule, Severity whenClaimed, string what, params KernelEventKind[] kinds) => new(rule, it =>
        from logged in it.Facts.KernelLog?.Events ?? []
        where kinds.Contains(logged.Kind) && logged.Device is not null
        group logged by logged.Device!.Value into ofDevice
        select new Finding
        {
            Rule = rule,
            Severity = it.Reserved.Contains(ofDevice.Key) ? whenClaimed : Severity.Info,
            Subject = ofDevice.Key.ToString(),
            Cause = $"The kernel has logged {what} of {Name(it, ofDevice.Key)}, {Names.Count(ofDevice.Sum(logged => logged.Count), "record")} since boot.",
            Evidence = [.. ofDevice.Select(logged => $"dev/kmsg: {logged.Kind.Word()} {logged.Count}")],
            Functions = [ofDevice.Key],
        });

    private static string Name(Judged it, PciAddress address) =>
        it.Facts.Pci?.Functions.FirstOrDefault(function => function.Address == address) is { } function ? Names.Of(function) : address.ToString();
}
