using System.Collections.Immutable;
using Passthru.Facts.KernelLog;
using Passthru.Facts.Pci;
using Passthru.Findings.Impacts;
using Passthru.Findings.Values;

namespace Passthru.Findings.Rules;

/// <summary>
/// What the kernel has logged since boot. Everything that is counted is told; of what no VM is concerned with it is a note, for the
/// log does not say that the trouble goes on.
/// </summary>
internal static class KernelLogRules
{
    private static readonly FindingKind Faults = new(
        "dma-faults", Bucket.Runtime, Stage.Device, "PassthruDmaFaults",
        "Stop the VM that has the device, then look whether the faults go on (dmesg -w); if they do, the device or its firmware is at fault.");

    private static readonly FindingKind Iommu = new(
        "iommu-timeout", Bucket.Runtime, Stage.Device, "PassthruIommuTimeout",
        "Move the VMs away while the host still answers, stop the VM that has the device, and power the host off.");

    private static readonly FindingKind Reset = new(
        "device-reset-failed", Bucket.Runtime, Stage.Device, "PassthruDeviceResetFailed",
        "Do not start the VM again. Remove the device and rescan the bus; if it does not come back, power the host off: a warm reboot may not be enough.");

    private static readonly FindingKind Stuck = new(
        "device-stuck-in-power-state", Bucket.Runtime, Stage.Device, "PassthruDeviceStuckInPowerState",
        "Power the host off and on; then set disable_idle_d3=1 for vfio-pci and 0 in the device's d3cold_allowed.");

    private static readonly FindingKind Rom = new(
        "rom-invalid", Bucket.Runtime, Stage.Device, "PassthruRomInvalid",
        "Give the VM a romfile made from the same card, or boot the host on another display so that the ROM is not shadowed.");

    private static readonly FindingKind Refused = new(
        "device-refused-for-firmware", Bucket.Isolation, Stage.Group, "PassthruGroupReservedByFirmware",
        "Switch off the firmware feature that keeps the region (often a management controller or option ROM of the slot), or use another slot.");

    private static readonly FindingKind Ports = new(
        "port-errors", Bucket.Runtime, Stage.Device, "PassthruPortErrors",
        "Restart the VM to reset the device; if the errors come back, reseat the card, replace the riser or cable, or try another slot.");

    private static readonly FindingKind Range = new(
        "bar-conflict", Bucket.Ownership, Stage.Owner, "PassthruBarConflict",
        "Find who holds the range in /proc/iomem, and keep it off the device: initcall_blacklist=sysfb_init for the boot framebuffer.");

    private static readonly FindingKind Interrupt = new(
        "interrupt-conflict", Bucket.Runtime, Stage.Device, "PassthruInterruptConflict",
        "Give the devices of the line to the same VM, move one of them to another slot, or have its driver use MSI.");

    private static readonly FindingKind Lost = new(
        "device-lost", Bucket.Runtime, Stage.Device, "PassthruHostDeviceLost",
        "Check power and seating of the device; it usually comes back only when the host is powered off and on.");

    private static readonly FindingKind Memory = new(
        "memory-limit", Bucket.Runtime, Stage.VmConfiguration, "PassthruMemoryLimit",
        "Raise LimitMEMLOCK of the service that starts the VM to the VM's memory plus 1 GiB.");

    private static readonly FindingKind Behind = new(
        "reset-behind-vfio", Bucket.Runtime, Stage.Device, "",
        "Nothing to do if the VM works; if it does not, restart it.");

    private static readonly FindingKind NoReset = new(
        "reset-method-refused", Bucket.Runtime, Stage.Device, "",
        "Write an empty line to the device's reset_method, then read it: what it lists is what the device has.");

    private static readonly FindingKind Remapping = new(
        "interrupt-remapping-refused", Bucket.Isolation, Stage.Kernel, "",
        "Switch on interrupt remapping (VT-d, AMD-Vi, x2APIC) in the firmware setup, and update the firmware.");

    public static readonly Rule[] All =
    [
        For(Faults, new EventWording(KernelEventKind.DmaFault, DmaFaults, Severity.Critical, Severity.Warning) { AtBoot = Severity.Info, OfPhysical = Severity.Warning }),
        For(Iommu,
            new EventWording(KernelEventKind.InvalidationTimeout, Said("IOMMU time-outs"), Severity.Critical, Severity.Warning) { Unclaimed = Severity.Warning },
            new EventWording(KernelEventKind.IommuError, Said("errors of the IOMMU itself"), Severity.Warning, Severity.Warning) { Unclaimed = Severity.Warning }),
        For(Reset,
            new EventWording(KernelEventKind.ResetFailed, Said("failed resets"), Severity.Critical, Severity.Warning),
            new EventWording(KernelEventKind.ResetTimeout, Said("resets with transactions pending"), Severity.Warning, Severity.Warning)),
        For(Stuck, new EventWording(KernelEventKind.PowerStuck, Said("failures to wake up"), Severity.Critical, Severity.Warning)),
        For(Ports, new EventWording(KernelEventKind.PortError, Said("errors"), Severity.Warning, Severity.Info)),
        For(Range, new EventWording(KernelEventKind.BarConflict, Said("a memory range that another driver holds"), Severity.Warning, Severity.Info)),
        For(Interrupt, new EventWording(KernelEventKind.IntxConflict, Said("an interrupt line that is shared"), Severity.Warning, Severity.Warning)),
        For(Lost, new EventWording(KernelEventKind.DeviceLost, Said("the loss"), Severity.Critical, Severity.Warning) { Unclaimed = Severity.Warning }),
        For(Memory, new EventWording(KernelEventKind.MemoryLimit, Said("memory that could not be pinned (RLIMIT_MEMLOCK)"), Severity.Warning, Severity.Warning)),
        For(Refused, new EventWording(KernelEventKind.RmrrRefused, Said("a refusal for the firmware's sake"), Severity.Warning, Severity.Info)),
        For(Rom, new EventWording(KernelEventKind.RomInvalid, Said("an invalid ROM"), Severity.Warning, Severity.Info)),
        For(Behind, new EventWording(KernelEventKind.BarRestore, Said("a reset behind VFIO's back"), Severity.Info, Severity.Info)),
        For(NoReset, new EventWording(KernelEventKind.NoFlr, Said("a refused reset method"), Severity.Info, Severity.Info)),
        For(Remapping, new EventWording(KernelEventKind.IrqRemappingUnavailable, Said("missing interrupt remapping"), Severity.Info, Severity.Info)),
    ];

    /// <summary>Nothing is passed through before this time after boot: what the IOMMU blocks until then is of the firmware's doing.</summary>
    private static readonly TimeSpan Boot = TimeSpan.FromSeconds(30);

    private static Rule For(FindingKind rule, params EventWording[] wordings) => new(rule, input =>
    {
        var events = (input.Facts.KernelLog?.Events ?? []).Where(logged => wordings.Any(one => one.Kind == logged.Kind)).ToList();
        if (events.Count == 0)
        {
            return [];
        }

        var scope = new KernelEventScope(input.Facts, input.Report);
        var roms = rule == Rom ? RomUse.Assess(input.Facts, input.Report) : null;
        return
        [
            .. from one in wordings
               from logged in events
               where logged.Kind == one.Kind && (logged.Device is not { } device || roms?.GetValueOrDefault(device, true) != false)
               select Find(input, scope, rule, one, logged),
        ];
    });

    private static Finding Find(RuleInput input, KernelEventScope scope, FindingKind rule, EventWording wording, KernelEventCount logged)
    {
        ImmutableArray<PciAddress> itself = logged.Device is { } device ? [device] : [];
        ImmutableArray<PciAddress> below = [.. itself.SelectMany(address => scope.ClaimedBelow(address))];
        ImmutableArray<PciAddress> virtuals = [.. itself.SelectMany(address => scope.ClaimedOf(address))];
        ImmutableArray<PciAddress> concerned = [.. itself.Where(scope.IsClaimed), .. below, .. virtuals];
        var isOnlyVirtual = virtuals.Length == concerned.Length;
        return new Finding
        {
            Rule = rule,
            Severity = rule == Lost && itself.Any(address => IsCritical(input, address)) ? wording.Claimed
                : wording.SeverityOf(logged, isClaimed: concerned.Length > 0, isOnlyVirtual, isAtBoot: logged.LastAt < Boot),
            Subject = itself.Length > 0 ? itself[0].ToString() : "host",
            Cause = $"The kernel has logged {wording.What(logged)}{For(scope, itself)}, {Names.Count(logged.Count, "record")} since boot{Suppressed(input, logged)}"
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

    private static string Suppressed(RuleInput input, KernelEventCount logged) =>
        input.Facts.KernelLog!.Suppressed.FirstOrDefault(suppressed => suppressed.Kind == logged.Kind) is { Count: > 0 } held
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

    private static bool IsCritical(RuleInput input, PciAddress address) =>
        (input.Report.Devices ?? []).Any(device => device.Function.Address == address && device.IsCritical == true);

    private static string For(KernelEventScope scope, ImmutableArray<PciAddress> itself) =>
        itself.IsEmpty ? "" : $" of {(scope.At(itself[0]) is { } function ? Names.For(function) : itself[0].ToString())}";

    /// <summary>How an event is told, and how bad it is.</summary>
    /// <param name="Kind">The event.</param>
    /// <param name="What">What the kernel has logged.</param>
    /// <param name="Claimed">Where it concerns a claimed function.</param>
    /// <param name="Unnamed">Where the record names no function.</param>
    private sealed record EventWording(KernelEventKind Kind, Func<KernelEventCount, string> What, Severity Claimed, Severity Unnamed)
    {
        /// <summary>Where the function is named and nothing claimed is concerned.</summary>
        public Severity Unclaimed { get; init; } = Severity.Info;

        /// <summary>While the host boots; null: as at any other time.</summary>
        public Severity? AtBoot { get; init; }

        /// <summary>Where only virtual functions of it are claimed; null: as if it were claimed itself.</summary>
        public Severity? OfPhysical { get; init; }

        public Severity SeverityOf(KernelEventCount logged, bool isClaimed, bool isOnlyVirtual, bool isAtBoot) =>
            isAtBoot && AtBoot is { } atBoot ? atBoot
            : logged.Device is null ? Unnamed
            : !isClaimed ? Unclaimed
            : isOnlyVirtual ? OfPhysical ?? Claimed
            : Claimed;
    }
}
