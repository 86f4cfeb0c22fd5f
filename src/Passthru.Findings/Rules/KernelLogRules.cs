using System.Collections.Immutable;
using Passthru.Facts.KernelLog;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Rules;

/// <summary>
/// What the kernel has logged since boot. Everything that is counted is told; of what no VM is concerned with it is a note, for the
/// log does not say that the trouble goes on.
/// </summary>
internal static class KernelLogRules
{
    private static readonly FindingRule Faults = new(
        "dma-faults", Bucket.Runtime, Stage.Device, "PassthruDmaFaults",
        "Stop the VM that has the device, then look whether the faults go on (dmesg -w); if they do, the device or its firmware is at fault.");

    private static readonly FindingRule Iommu = new(
        "iommu-timeout", Bucket.Runtime, Stage.Device, "PassthruIommuTimeout",
        "Move the VMs away while the host still answers, stop the VM that has the device, and power the host off.");

    private static readonly FindingRule Reset = new(
        "device-reset-failed", Bucket.Runtime, Stage.Device, "PassthruDeviceResetFailed",
        "Do not start the VM again. Remove the device and rescan the bus; if it does not come back, power the host off: a warm reboot may not be enough.");

    private static readonly FindingRule Stuck = new(
        "device-stuck-in-power-state", Bucket.Runtime, Stage.Device, "PassthruDeviceStuckInPowerState",
        "Power the host off and on; then set disable_idle_d3=1 for vfio-pci and 0 in the device's d3cold_allowed.");

    private static readonly FindingRule Rom = new(
        "rom-invalid", Bucket.Runtime, Stage.Device, "PassthruRomInvalid",
        "Give the VM a romfile made from the same card, or boot the host on another display so that the ROM is not shadowed.");

    private static readonly FindingRule Refused = new(
        "device-refused-for-firmware", Bucket.Isolation, Stage.Group, "PassthruGroupReservedByFirmware",
        "Switch off the firmware feature that keeps the region (often a management controller or option ROM of the slot), or use another slot.");

    private static readonly FindingRule Ports = new(
        "port-errors", Bucket.Runtime, Stage.Device, "PassthruPortErrors",
        "Restart the VM to reset the device; if the errors come back, reseat the card, replace the riser or cable, or try another slot.");

    private static readonly FindingRule Range = new(
        "bar-conflict", Bucket.Ownership, Stage.Owner, "PassthruBarConflict",
        "Find who holds the range in /proc/iomem, and keep it off the device: initcall_blacklist=sysfb_init for the boot framebuffer.");

    private static readonly FindingRule Interrupt = new(
        "interrupt-conflict", Bucket.Runtime, Stage.Device, "PassthruInterruptConflict",
        "Give the devices of the line to the same VM, move one of them to another slot, or have its driver use MSI.");

    private static readonly FindingRule Lost = new(
        "device-lost", Bucket.Runtime, Stage.Device, "PassthruHostDeviceLost",
        "Check power and seating of the device; it usually comes back only when the host is powered off and on.");

    private static readonly FindingRule Memory = new(
        "memory-limit", Bucket.Runtime, Stage.VmConfiguration, "PassthruMemoryLimit",
        "Raise LimitMEMLOCK of the service that starts the VM to the VM's memory plus 1 GiB.");

    private static readonly FindingRule Behind = new(
        "reset-behind-vfio", Bucket.Runtime, Stage.Device, "",
        "Nothing to do if the VM works; if it does not, restart it.");

    private static readonly FindingRule NoReset = new(
        "reset-method-refused", Bucket.Runtime, Stage.Device, "",
        "Write an empty line to the device's reset_method, then read it: what it lists is what the device has.");

    private static readonly FindingRule Remapping = new(
        "interrupt-remapping-refused", Bucket.Isolation, Stage.Kernel, "",
        "Switch on interrupt remapping (VT-d, AMD-Vi, x2APIC) in the firmware setup, and update the firmware.");

    public static readonly Rule[] All =
    [
        Of(Faults, new Told(KernelEventKind.DmaFault, DmaFaults, Severity.Critical, Severity.Warning) { AtBoot = Severity.Info, OfPhysical = Severity.Warning }),
        Of(Iommu,
            new Told(KernelEventKind.InvalidationTimeout, Said("IOMMU time-outs"), Severity.Critical, Severity.Warning) { Unclaimed = Severity.Warning },
            new Told(KernelEventKind.IommuError, Said("errors of the IOMMU itself"), Severity.Warning, Severity.Warning) { Unclaimed = Severity.Warning }),
        Of(Reset,
            new Told(KernelEventKind.ResetFailed, Said("failed resets"), Severity.Critical, Severity.Warning),
            new Told(KernelEventKind.ResetTimeout, Said("resets with transactions pending"), Severity.Warning, Severity.Warning)),
        Of(Stuck, new Told(KernelEventKind.PowerStuck, Said("failures to wake up"), Severity.Critical, Severity.Warning)),
        Of(Ports, new Told(KernelEventKind.PortError, Said("errors"), Severity.Warning, Severity.Info)),
        Of(Range, new Told(KernelEventKind.BarConflict, Said("a memory range that another driver holds"), Severity.Warning, Severity.Info)),
        Of(Interrupt, new Told(KernelEventKind.IntxConflict, Said("an interrupt line that is shared"), Severity.Warning, Severity.Warning)),
        Of(Lost, new Told(KernelEventKind.DeviceLost, Said("the loss"), Severity.Critical, Severity.Warning) { Unclaimed = Severity.Warning }),
        Of(Memory, new Told(KernelEventKind.MemoryLimit, Said("memory that could not be pinned (RLIMIT_MEMLOCK)"), Severity.Warning, Severity.Warning)),
        Of(Refused, new Told(KernelEventKind.RmrrRefused, Said("a refusal for the firmware's sake"), Severity.Warning, Severity.Info)),
        Of(Rom, new Told(KernelEventKind.RomInvalid, Said("an invalid ROM"), Severity.Warning, Severity.Info)),
        Of(Behind, new Told(KernelEventKind.BarRestore, Said("a reset behind VFIO's back"), Severity.Info, Severity.Info)),
        Of(NoReset, new Told(KernelEventKind.NoFlr, Said("a refused reset method"), Severity.Info, Severity.Info)),
        Of(Remapping, new Told(KernelEventKind.IrqRemappingUnavailable, Said("missing interrupt remapping"), Severity.Info, Severity.Info)),
    ];

    /// <summary>Nothing is passed through before this time after boot: what the IOMMU blocks until then is of the firmware's doing.</summary>
    private static readonly TimeSpan Boot = TimeSpan.FromSeconds(30);

    private static Rule Of(FindingRule rule, params Told[] told) => new(rule, it =>
    {
        var events = (it.Facts.KernelLog?.Events ?? []).Where(logged => told.Any(one => one.Kind == logged.Kind)).ToList();
        if (events.Count == 0)
        {
            return [];
        }

        var scope = new KernelEventScope(it.Facts, it.Report);
        var roms = rule == Rom ? RomUse.Of(it.Facts, it.Report) : null;
        return
        [
            .. from one in told
               from logged in events
               where logged.Kind == one.Kind && (logged.Device is not { } device || roms?.GetValueOrDefault(device, true) != false)
               select Find(it, scope, rule, one, logged),
        ];
    });

    private static Finding Find(Judged it, KernelEventScope scope, FindingRule rule, Told told, KernelEventCount logged)
    {
        ImmutableArray<PciAddress> itself = logged.Device is { } device ? [device] : [];
        ImmutableArray<PciAddress> below = [.. itself.SelectMany(address => scope.ClaimedBelow(address))];
        ImmutableArray<PciAddress> virtuals = [.. itself.SelectMany(address => scope.ClaimedOf(address))];
        ImmutableArray<PciAddress> concerned = [.. itself.Where(scope.IsClaimed), .. below, .. virtuals];
        var isOnlyVirtual = virtuals.Length == concerned.Length;
        return new Finding
        {
            Rule = rule,
            Severity = rule == Lost && itself.Any(address => IsCritical(it, address)) ? told.Claimed
                : told.Of(logged, isClaimed: concerned.Length > 0, isOnlyVirtual, isAtBoot: logged.LastAt < Boot),
            Subject = itself.Length > 0 ? itself[0].ToString() : "host",
            Cause = $"The kernel has logged {told.What(logged)}{Of(scope, itself)}, {Names.Count(logged.Count, "record")} since boot{Suppressed(it, logged)}"
                + (itself.IsEmpty ? ", without a device." : $".{Whom(scope, itself, below, virtuals)}"),
            Evidence = [$"dev/kmsg: {logged.Kind.Word()} {logged.Count}, last: {logged.LastText}"],
            Functions = [.. itself, .. concerned.Except(itself)],
            Vms = [.. concerned.SelectMany(scope.VmsOf).Distinct().Order(StringComparer.Ordinal)],
        };
    }

    private static Func<KernelEventCount, string> Said(string what) => _ => what;

    private static string DmaFaults(KernelEventCount logged) =>
        logged.OfInterrupts == logged.Count ? "blocked interrupts (DMA faults)"
        : logged.OfInterrupts > 0 ? "blocked memory accesses and interrupts (DMA faults)"
        : "DMA faults";

    private static string Suppressed(Judged it, KernelEventCount logged) =>
        it.Facts.KernelLog!.Suppressed.FirstOrDefault(suppressed => suppressed.Kind == logged.Kind) is { Count: > 0 } held
            ? $"; the kernel held back at least {held.Count} more of the host"
            : "";

    private static string Whom(KernelEventScope scope, ImmutableArray<PciAddress> itself, ImmutableArray<PciAddress> below, ImmutableArray<PciAddress> virtuals)
    {
        var vms = itself.SelectMany(scope.VmsOf).ToList();
        var own = vms.Count > 0 ? $" {Vms(vms)} {(vms.Count == 1 ? "is" : "are")} configured to take it." : "";
        return own
            + (below.IsEmpty ? "" : $" Below it: {Listed(scope, below)}.")
            + (virtuals.IsEmpty ? "" : $" Its virtual functions: {Listed(scope, virtuals)}.");
    }

    private static string Listed(KernelEventScope scope, ImmutableArray<PciAddress> functions) =>
        string.Join(", ", functions.Select(function => scope.VmsOf(function).ToList() is { Count: > 0 } vms ? $"{function} ({Vms(vms)})" : $"{function}"));

    private static string Vms(List<string> vms) => $"VM{(vms.Count == 1 ? "" : "s")} {Names.And([.. vms.Distinct().Order(StringComparer.Ordinal)])}";

    private static bool IsCritical(Judged it, PciAddress address) =>
        (it.Report.Devices ?? []).Any(device => device.Function.Address == address && device.IsCritical == true);

    private static string Of(KernelEventScope scope, ImmutableArray<PciAddress> itself) =>
        itself.IsEmpty ? "" : $" of {(scope.At(itself[0]) is { } function ? Names.Of(function) : itself[0].ToString())}";

    /// <summary>How an event is told, and how bad it is.</summary>
    /// <param name="Kind">The event.</param>
    /// <param name="What">What the kernel has logged.</param>
    /// <param name="Claimed">Where it concerns a claimed function.</param>
    /// <param name="Unnamed">Where the record names no function.</param>
    private sealed record Told(KernelEventKind Kind, Func<KernelEventCount, string> What, Severity Claimed, Severity Unnamed)
    {
        /// <summary>Where the function is named and nothing claimed is concerned.</summary>
        public Severity Unclaimed { get; init; } = Severity.Info;

        /// <summary>While the host boots; null: as at any other time.</summary>
        public Severity? AtBoot { get; init; }

        /// <summary>Where only virtual functions of it are claimed; null: as if it were claimed itself.</summary>
        public Severity? OfPhysical { get; init; }

        public Severity Of(KernelEventCount logged, bool isClaimed, bool isOnlyVirtual, bool isAtBoot) =>
            isAtBoot && AtBoot is { } atBoot ? atBoot
            : logged.Device is null ? Unnamed
            : !isClaimed ? Unclaimed
            : isOnlyVirtual ? OfPhysical ?? Claimed
            : Claimed;
    }
}
