using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.KernelLog;
using Passthru.Facts.Pci;
using Passthru.Findings.Boot;
using Passthru.Findings.Devices;
using Passthru.Findings.HostCritical;
using Passthru.Findings.Impacts;
using Passthru.Findings.NextStart;
using Passthru.Findings.Reports;
using Passthru.Findings.Values;

namespace Passthru.Findings.Ready;

/// <summary>
/// The operators' checklist for a VM with host devices. A line passes on what was seen alone; what this host does not show is unknown,
/// and the line says what would show it.
/// </summary>
public sealed class ReadyCheck
{
    /// <summary>Starts after which operators call a device proven.</summary>
    private const int EnoughStarts = 10;

    /// <summary>What a device that is lost between two starts leaves in the kernel's log.</summary>
    private static readonly KernelEventKind[] Losses =
        [KernelEventKind.ResetFailed, KernelEventKind.PowerStuck, KernelEventKind.DeviceLost, KernelEventKind.DmaFault, KernelEventKind.BarRestore];

    private readonly HostFacts _facts;
    private readonly Report _report;
    private readonly VmVerdict _vm;
    private readonly ImmutableArray<PciAddress> _own;

    private ReadyCheck(HostFacts facts, Report report, VmVerdict vm)
    {
        (_facts, _report, _vm) = (facts, report, vm);
        _own = [.. vm.Functions.Select(function => function.Address).Distinct()];
    }

    public static ImmutableArray<ReadyLine> Of(HostFacts facts, Report report, VmVerdict vm)
    {
        var check = new ReadyCheck(facts, report, vm);
        return [check.Console(), check.Group(), check.Starts(), check.Reboots(), check.Rollback(), check.Override(), check.Domain()];
    }

    private IEnumerable<DeviceVerdict> Own => (_report.Devices ?? []).Where(device => _own.Contains(device.Function.Address));

    private ReadyLine Console()
    {
        const string name = "console";
        var needed = Own.Where(device => device.Critical.Any(use => use.Reason.IsConsole())).ToList();
        return needed.Count > 0 ? Fail(name, $"the host's console needs {Names.List(needed.Select(device => device.Function.Address))}; give the host another display and keyboard, or a serial console")
            : _report.Devices is null || _facts.HostDependencies is null ? Unknown(name, "what the console needs was not read")
            : Pass(name, "the host's console needs none of the VM's devices");
    }

    /// <summary>Every other member of the groups is taken along without harm, or has no driver that uses it.</summary>
    private ReadyLine Group()
    {
        const string name = "group";
        var groups = (_report.Groups ?? []).Where(group => group.Group.Functions?.Any(_own.Contains) == true).ToList();
        if (_report.Groups is null || groups.Any(group => group.Group.Functions is null))
        {
            return Unknown(name, "the members of its IOMMU groups can't be seen");
        }

        var critical = _vm.StartTakesCritical is { IsEmpty: false } taken ? taken : [];
        var used = (_report.Devices ?? []).Where(device => groups.Exists(group => group.Group.Functions!.Value.Contains(device.Function.Address)) && !_own.Contains(device.Function.Address))
            .Where(device => device.Function.Driver is { IsVfio: false } || critical.Contains(device.Function.Address)).ToList();
        return used.Count > 0 || critical.Length > 0
            ? Fail(name, $"in its groups the host uses {Names.List(used.Select(device => device.Function.Address).Concat(critical))}")
            : _report.Devices is null || groups.Count == 0 ? Unknown(name, "its devices are in no group that is to be seen")
            : Pass(name, $"every member of group {string.Join(", ", groups.Select(group => group.Group.Name))} goes along or is unused");
    }

    private ReadyLine Starts()
    {
        const string name = "starts";
        var losses = (_facts.KernelLog?.Events ?? []).Where(it => Losses.Contains(it.Kind) && it.Device is { } function && _own.Contains(function)).ToList();
        if (losses.Count > 0)
        {
            return Fail(name, $"the kernel's log of this boot has {losses[0].Kind} of {losses[0].Device}: passthru-exporter check --device {losses[0].Device}");
        }

        return _vm.Starts switch
        {
            { Failure: { } failure } => Fail(name, $"the last one failed: {failure.Line ?? "the log has no message"}"),
            { Succeeded: null } => Unknown(name, "no log of its starts is to be seen since the boot; /var/log/pve/tasks or /var/log/libvirt/qemu would tell"),
            { Succeeded: >= EnoughStarts } when _facts.KernelLog is null => Unknown(name, "the kernel's log, which would tell of losses, was not read"),
            { Succeeded: >= EnoughStarts and { } count, Failed: var failed } => Pass(name, $"{count} went through since the boot, {failed} failed, and the kernel's log has no loss"),
            { Succeeded: { } count } => Unknown(name, $"{count} of {EnoughStarts} since the boot of this kernel; stop and start the VM {EnoughStarts - count} times more"),
        };
    }

    /// <summary>No manager notes that a guest rebooted by itself.</summary>
    private ReadyLine Reboots() => _vm.IsRunning == true && Own.Any() && Own.All(device => device.Function.GuestInterrupts is GuestInterruptMode.Msi or GuestInterruptMode.Msix)
        ? Unknown("guest reboots", "a driver in the guest has every device now; reboot the guest 3 times and ask again: no log counts that")
        : Unknown("guest reboots", "reboot the guest 3 times and see passthru_device_guest_interrupt_info come back each time: no log counts that");

    /// <summary>Another kernel than the running one, whose boot leaves the devices to VFIO.</summary>
    private ReadyLine Rollback()
    {
        const string name = "rollback kernel";
        var races = (_report.Boot?.Races ?? []).Where(race => race.Kernel != _facts.Kernel?.Release).ToList();
        foreach (var race in races)
        {
            var own = race.Devices.Where(device => _own.Contains(device.Function)).ToList();
            if (own.Find(device => device.Outcome == RaceOutcome.HostDriver) is { } lost)
            {
                return Fail(name, $"kernel {race.Kernel} gives {lost.Function} to {lost.Driver}");
            }

            if (own.Count > 0 && own.TrueForAll(device => device.Outcome == RaceOutcome.NoHostDriver))
            {
                return Pass(name, $"kernel {race.Kernel} keeps the host's drivers off, too");
            }
        }

        return Unknown(name, "no other kernel was looked into; boot the second entry once and run passthru-exporter check there");
    }

    private ReadyLine Override() => _report.AcsOverride.Active switch
    {
        true => Fail("ACS override", "it is on: some groups may be separated only by it"),
        false => Pass("ACS override", "it is off"),
        _ => Unknown("ACS override", "the kernel's command line or its log would tell"),
    };

    private ReadyLine Domain()
    {
        var sentence = new FailureDomain(_facts, _report).OfVm(_vm);
        return sentence.Contains("nothing else", StringComparison.Ordinal) || !sentence.Contains("unknown", StringComparison.OrdinalIgnoreCase) ? Pass("failure domain", sentence) : Unknown("failure domain", sentence);
    }

    private static ReadyLine Pass(string name, string told) => new(name, ReadyState.Pass, told);

    private static ReadyLine Fail(string name, string told) => new(name, ReadyState.Fail, told);

    private static ReadyLine Unknown(string name, string told) => new(name, ReadyState.Unknown, told);
}
