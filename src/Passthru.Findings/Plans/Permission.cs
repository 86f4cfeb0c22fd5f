using Passthru.Facts.Pci;
using Passthru.Findings.Groups;
using Passthru.Findings.HostCritical;
using Passthru.Findings.Values;

namespace Passthru.Findings.Plans;

/// <summary>Whether what was asked for may go to a VM, and what that costs.</summary>
internal sealed class Permission(PlanSubject subject)
{
    /// <summary>So many things that would be lost are named for one function.</summary>
    private const int MaxChains = 4;

    public IEnumerable<Remark> Remarks() =>
    [
        .. subject.Asked.Where(function => !function.IsEndpoint).Select(Bridge),
        .. Host(),
        .. subject.Going.SelectMany(Uses),
        .. subject.Going.SelectMany(Parts),
        .. subject.Groups.SelectMany(Group),
        .. subject.Asked.Where(function => function.IsEndpoint && !IsBesideGpu(function)).SelectMany(Reset),
        .. subject.Going.SelectMany(OtherVms),
    ];

    private static Remark Bridge(PciFunction function) => new(RemarkWeight.Blocks, $"{function.Address} is a bridge. VFIO gives endpoints to VMs, no bridges.")
    {
        Change = "Plan for a device below it.",
    };

    private IEnumerable<Remark> Host()
    {
        var platform = subject.Facts.Platform;
        if (platform?.Hypervisor?.HasIommu == true)
        {
            yield return new(RemarkWeight.Blocks, "This host is Xen's dom0: Xen has the IOMMU, and VFIO cannot be used.") { Change = "Xen passes devices through itself: xl pci-assignable-add." };
        }

        if (platform?.InterruptRemapping == false && subject.Report.IommuEnabled == true && subject.Facts.Kernel?.UnsafeInterruptsAllowed != true)
        {
            yield return new(RemarkWeight.Blocks, "Interrupt remapping is off, so VFIO refuses every device: a VM could send any interrupt to the host.")
            {
                Change = "Switch on interrupt remapping (x2APIC) in the firmware, or update the firmware; remove intremap=off and nointremap from the kernel parameters.",
            };
        }
    }

    private IEnumerable<Remark> Uses(PciFunction function)
    {
        var device = subject.Device(function);
        var uses = (device?.Users ?? []).Where(use => use.Vm is null || use.Vm != subject.VmName).ToList();
        foreach (var console in uses.Where(use => use.Reason.IsConsole()).DistinctBy(use => use.Reason))
        {
            yield return Console(function, console);
        }

        foreach (var losses in uses.Where(use => !use.Reason.IsConsole()).GroupBy(use => (Who(use), use.Reason.IsDisk())))
        {
            yield return Loss(function, [.. losses]);
        }

        if (uses.Count == 0 && device?.IsCritical is null && device is not null)
        {
            var what = device.MayCarry.Select(use => $"{string.Join(" → ", use.Chain)} ({use.Why})").Distinct().Take(2).ToList();
            yield return new(RemarkWeight.Unknown, $"Whether the host needs {function.Address} is unknown{(what.Count > 0 ? $": it may carry {Names.And(what)}" : "")}.")
            {
                Change = "Run this plan as root, which sees more.",
            };
        }
    }

    /// <summary>A picture and keys are given away on purpose, by somebody who has another way in.</summary>
    private static Remark Console(PciFunction function, HostCriticalUse use) => use.Reason == HostCriticalReason.Keyboard
        ? new(RemarkWeight.Costs, $"The host's only keyboard is on {function.Address}. It goes to the VM with it.") { Change = "Plug the keyboard into another USB controller, or have SSH." }
        : new(RemarkWeight.Costs, $"{function.Address} shows the host's console. The screen belongs to the VM from then on.") { Change = "Have SSH or a serial console, or make another graphics card the first in the firmware." };

    private Remark Loss(PciFunction function, IReadOnlyList<HostCriticalUse> uses)
    {
        var isAsked = subject.Asked.Contains(function);
        var chains = uses.Select(use => string.Join(" → ", use.Chain)).Distinct().ToList();
        var more = chains.Count > MaxChains ? $"; {chains.Count - MaxChains} more" : "";
        return new(RemarkWeight.Blocks, $"{Who(uses[0])} needs {function.Address}{(isAsked ? "" : ", which goes along")}: {string.Join("; ", chains.Take(MaxChains))}{more}.")
        {
            Change = !isAsked && OtherSlots.Sentence(subject) is { } other ? other
                : !isAsked ? "Put the card into another slot, and look at its group there."
                : uses[0].Reason.IsDisk() ? "Move what is on it to a disk on another controller, or give the VM the disk itself instead of its controller."
                : uses[0].Reason == HostCriticalReason.ContainerDevice ? "Take the device out of the container first."
                : "Move the address, route or bridge to another adapter first.",
        };
    }

    private static string Who(HostCriticalUse use) =>
        use.Vm is { } vm ? $"VM {vm}" : use.Container is { } container ? $"Container {container}" : use.Program is { } program ? $"Service {program}" : "The host";

    private IEnumerable<Remark> Parts(PciFunction function)
    {
        var device = subject.Device(function);
        foreach (var vm in (device?.Parts ?? []).GroupBy(part => part.Vm))
        {
            yield return new(RemarkWeight.Blocks, $"{(vm.Key is null ? "A VM" : $"VM {vm.Key}")} has {Names.And([.. vm.Select(part => part.Part).Take(4)])} of {function.Address}. Taking the adapter ends all of its parts.")
            {
                Change = "Give the VM a virtual function of it instead.",
            };
        }

        if (function.VirtualFunctions > 0 && device?.Parts.IsEmpty == true)
        {
            yield return new(RemarkWeight.Costs, $"{function.Address} has {Names.Count(function.VirtualFunctions.Value, "virtual function")}. They go away when its driver lets go.")
            {
                Change = "Give the VM one of them instead, and the host keeps the adapter.",
            };
        }
    }

    private IEnumerable<Remark> Group(GroupVerdict group)
    {
        var name = group.Group.Name;
        if (group.DirectRegions > 0)
        {
            yield return new(RemarkWeight.Blocks, $"Firmware keeps memory of group {name} mapped (RMRR), and VFIO refuses such a group.")
            {
                Change = OtherSlots.Sentence(subject) ?? "Look in the firmware for a switch that drops the region (HPE: conrep, \"Shared Memory\" of the slot), or move the card to another slot.",
            };
        }

        if (group.Group.OtherMembers.Length > 0)
        {
            yield return new(RemarkWeight.Unknown, $"Group {name} has members that are no PCI functions: {string.Join(", ", group.Group.OtherMembers)}.");
        }

        if (subject.Report.Isolation.Of(name) is { IsIsolated: false } isolation)
        {
            yield return new(RemarkWeight.Costs, isolation.IsOverridden
                ? $"Group {name} is separated only by the ACS override. Without it {Names.List(isolation.HardwareFunctions)} would be one group, and a VM with one of them can reach the others."
                : $"Nothing separates group {name} now: ACS is switched off. {Names.List(isolation.HardwareFunctions)} can reach each other.")
            {
                Change = OtherSlots.Sentence(subject),
            };
        }

        if (subject.Report.Isolation.Of(name)?.PeerReachable is { } peers and > 0)
        {
            yield return new(RemarkWeight.Note, $"{Names.Count(peers, "function")} of other groups can reach it below a switch port without ACS.");
        }
    }

    private IEnumerable<Remark> Reset(PciFunction function)
    {
        var reset = subject.Device(function)?.Reset;
        if (reset is { NeedsVendorReset: true, HasVendorReset: not true })
        {
            yield return new(RemarkWeight.Costs, $"{function.Address} does not come back from a reset: the second start of the VM fails until the host is powered off.") { Change = "Install the module vendor-reset." };
        }
        else if (reset?.Methods == 0)
        {
            yield return new(RemarkWeight.Costs, $"{function.Address} cannot be reset. Each VM gets it as the last one left it, and some devices need a power cycle of the host.");
        }
        else if (reset is { IsWholeCard: true })
        {
            yield return new(RemarkWeight.Note, $"{function.Address} resets only as a whole card (bus reset): all functions of the card go to one VM.");
        }
    }

    /// <summary>The sound of a graphics card, which is reset with it.</summary>
    private bool IsBesideGpu(PciFunction function) =>
        function.Kind != DeviceKind.Gpu && subject.Asked.Any(other => other.Kind == DeviceKind.Gpu && other.Address.SharesSlotWith(function.Address));

    private IEnumerable<Remark> OtherVms(PciFunction function)
    {
        foreach (var vm in (subject.Report.Vms ?? []).Where(vm => vm.Vm.Id != subject.VmName && !vm.Vm.IsTemplate && vm.Functions.Any(taken => taken.Address == function.Address)))
        {
            yield return new(RemarkWeight.Costs, $"{PlanWords.Vm(vm.Vm)} takes {function.Address} too ({vm.Functions.First(taken => taken.Address == function.Address).Slot} in /{vm.Vm.File}){(vm.IsRunning == true ? " and runs" : "")}. One of them can run at a time.");
        }
    }
}
