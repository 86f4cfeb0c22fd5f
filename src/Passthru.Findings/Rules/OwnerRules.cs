using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Findings.Ownership;
using Passthru.Findings.Values;

namespace Passthru.Findings.Rules;

/// <summary>Who should have a device and who has it.</summary>
internal static class OwnerRules
{
    private static readonly FindingKind Missing = new(
        "device-missing", Bucket.Ownership, Stage.Owner, "PassthruDeviceMissing",
        "Look with lspci -nn where the device is now: reseat it or rescan the bus if it is gone, correct the address if it has moved.");

    private static readonly FindingKind VirtualMissing = new(
        "virtual-functions-missing", Bucket.Ownership, Stage.Owner, "PassthruVirtualFunctionsMissing",
        "Make the virtual functions again (sriov_numvfs), in a unit that runs before the VMs start; after a kernel upgrade look whether the driver still can.");

    private static readonly FindingKind Lost = new(
        "ownership-lost", Bucket.Ownership, Stage.Owner, "PassthruOwnershipLost",
        "Give it back: driverctl set-override ADDRESS vfio-pci, or unbind it from its driver and bind it to vfio-pci; then keep the host driver away at boot.");

    private static readonly FindingKind NoEffect = new(
        "modprobe-ids-without-effect", Bucket.Ownership, Stage.Owner, "PassthruOwnershipLost",
        "Put the ids on the kernel command line instead: vfio-pci.ids=...");

    private static readonly FindingKind NotReturned = new(
        "device-not-returned", Bucket.Ownership, Stage.Owner, "PassthruDeviceNotReturned",
        "Bind it: echo ADDRESS > /sys/bus/pci/drivers_probe; if that hangs or fails, look at journalctl -k for the driver's reason. A device that hangs comes back with the next boot.");

    public static readonly Rule[] All =
    [
        new(Missing, input => Each(input).Where(one => one.IsMissing == true && PhysicalFunctionOf(input, one) is null)
            .Select(one => For(one, Missing, one.IsNeeded ? Severity.Critical : Severity.Warning, one.Function is null
                ? $"{one.Address} is gone; it is expected on VFIO by {Who(one)}."
                : $"{Names.For(one.Function)} is another device than {Who(one)} expects there."))),
        new(VirtualMissing, input => Each(input).Where(one => one.IsMissing == true)
            .Select(one => (Missing: one, Physical: PhysicalFunctionOf(input, one)))
            .Where(pair => pair.Physical is not null)
            .GroupBy(pair => pair.Physical!.Address, pair => pair)
            .Select(same => OfPhysical(same.First().Physical!, [.. same.Select(pair => pair.Missing)]))),
        new(Lost, input => Each(input).Where(one => one is { IsMismatched: true, IsMissing: not true }).Select(one => For(one, Lost, one.IsNeeded ? Severity.Critical : Severity.Warning,
            $"{Names.For(one.Function!)} is {Names.Bound(one.Function)}, but expected on VFIO by {Who(one)}."))),
        new(NoEffect, input => input.Report.Ownership.IdleIds is { } ids
            ? [Finding.ForHost(NoEffect, Severity.Warning, "modprobe.d gives ids to vfio-pci, which is built into this kernel and never asks modprobe: they do nothing.",
                $"{ids.At.File}:{ids.At.Line} options vfio-pci ids={string.Join(',', ids.Ids)}", "lib/modules/RELEASE/modules.builtin has vfio-pci")] : []),
        .. HolderRules.All,
        new(NotReturned, input => (input.Report.Devices ?? []).Where(device => device.IsNotReturned == true).Select(device => new Finding
        {
            Rule = NotReturned,
            Severity = Severity.Warning,
            Subject = device.Function.Address.ToString(),
            Cause = device.Function.DriverOverride is { } driver
                ? $"{Names.For(device.Function)} is {Names.Bound(device.Function)}, but driver_override says {driver}."
                : $"{Names.For(device.Function)} is unbound and still enabled: the driver that took it from VFIO waits for it.",
            Evidence = [Names.Link(device.Function), $"{device.Function.Path.Directory}/driver_override"],
            Functions = [device.Function.Address],
        })),
    ];

    private static PciFunction? PhysicalFunctionOf(RuleInput input, ExpectedDevice missing) =>
        missing.Function is null ? VirtualFunctions.PhysicalFunctionOf(missing.Address, input.Endpoints) : null;

    /// <summary>One finding for the adapter, however many of its functions are gone.</summary>
    private static Finding OfPhysical(PciFunction physical, ImmutableArray<ExpectedDevice> missing) => new()
    {
        Rule = VirtualMissing,
        Severity = missing.Any(one => one.IsNeeded) ? Severity.Critical : Severity.Warning,
        Subject = physical.Address.ToString(),
        Cause = $"{Names.For(physical)} has {Names.Count(physical.VirtualFunctions ?? 0, "virtual function")}, and {Names.List(missing.Select(one => one.Address))} that VMs take {(missing.Length == 1 ? "is" : "are")} not among them.",
        Evidence =
        [
            .. missing.SelectMany(one => one.Expectations).Select(claim => claim.Evidence).Distinct(),
            $"{physical.Path.Directory}/sriov_numvfs is {physical.VirtualFunctions ?? 0}, sriov_totalvfs {physical.TotalVirtualFunctions}",
        ],
        Functions = [physical.Address, .. missing.Select(one => one.Address)],
        Vms = [.. missing.SelectMany(one => one.Expectations).Select(claim => claim.Vm).OfType<string>().Distinct()],
    };

    private static IEnumerable<ExpectedDevice> Each(RuleInput input) => input.Report.Ownership.ExpectedDevices ?? [];

    private static Finding For(ExpectedDevice reservation, FindingKind rule, Severity severity, string cause) => new()
    {
        Rule = rule,
        Severity = severity,
        Subject = reservation.Address.ToString(),
        Cause = cause,
        Evidence =
        [
            .. reservation.Expectations.Select(claim => claim.Evidence).Distinct(),
            reservation.Function is { } function ? Names.Link(function) : $"sys/bus/pci/devices/{reservation.Address} is absent",
        ],
        Functions = [reservation.Address],
        Vms = [.. reservation.Expectations.Select(claim => claim.Vm).OfType<string>().Distinct()],
    };

    /// <summary><c>VM 100 (Proxmox VE)</c>, <c>modprobe.d</c>, <c>VM gaming (the configuration)</c>.</summary>
    private static string Who(ExpectedDevice expected) => expected.Vm is { } vm ? $"VM {vm} ({Source(expected)})" : Source(expected);

    private static string Source(ExpectedDevice reservation) => reservation.Strongest.Source switch
    {
        ExpectationSource.Config => "the configuration",
        ExpectationSource.DriverOverride => "driver_override",
        ExpectationSource.Driverctl => "driverctl",
        ExpectationSource.CommandLine => "the kernel command line",
        ExpectationSource.Modprobe => "modprobe.d",
        ExpectationSource.Unraid => "Unraid's System Devices",
        ExpectationSource.Udev => "a rule of udev",
        _ => reservation.Strongest.Manager!.Title,
    };
}
