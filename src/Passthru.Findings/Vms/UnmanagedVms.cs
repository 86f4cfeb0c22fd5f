using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Facts.Processes;
using Passthru.Facts.Vms;
using Passthru.Findings.Values;

namespace Passthru.Findings.Vms;

/// <summary>
/// VMs that no manager's files tell of. Such a process counts by what it has open. Its command line names more only where root or a
/// service runs it: an ordinary user writes there what he likes. Without a command line that can be read it has no name, and is not told of.
/// </summary>
internal static class UnmanagedVms
{
    /// <summary>More than one host runs beside a manager; series follow from them.</summary>
    private const int MaxVms = 256;

    public static IEnumerable<VmState> From(IEnumerable<VmProcess> processes, ProcessFacts? facts, EndpointIndex endpoints)
    {
        var holders = (facts?.Holders ?? []).ToLookup(holder => holder.VmPid ?? holder.Pid);
        return processes
            .Where(process => process.ArgumentsComplete)
            .Select(process => (Process: process, Held: holders[process.Pid].ToList()))
            .Where(vm => vm.Held.Count > 0 || (!vm.Process.IsOfOrdinaryUser && vm.Process.Functions?.Length > 0))
            .OrderByDescending(vm => vm.Held.Count > 0)
            .Take(MaxVms)
            .Select(vm => StateOf(vm.Process, DevicesOf(vm.Process, vm.Held, endpoints)));
    }

    private static ImmutableArray<PciAddress> DevicesOf(VmProcess process, List<VfioHolder> held, EndpointIndex endpoints)
    {
        ImmutableArray<PciAddress> named = [.. process.Functions ?? []];
        if (held.Count == 0)
        {
            return named;
        }

        var open = held.SelectMany(holder => holder.Functions).Concat(held.SelectMany(holder => holder.Groups).Distinct().SelectMany(group => OpenIn(group, named, endpoints)));
        return [.. open.Distinct().Take(VmProcess.MaxFunctions).OrderBy(function => named.IndexOf(function) is var at and >= 0 ? at : int.MaxValue).ThenBy(function => function)];
    }

    /// <summary>Of a group that is open the functions that VFIO has enabled. Where that can't be seen, those that the command line names.</summary>
    private static IEnumerable<PciAddress> OpenIn(string group, ImmutableArray<PciAddress> named, EndpointIndex endpoints)
    {
        var members = endpoints.InGroup(group).Where(member => member.Driver?.IsVfio ?? member.UnbindPending).ToList();
        return members.Where(member => member.EnableCount is { } count ? count > 0 : named.Contains(member.Address)).Select(member => member.Address);
    }

    private static VmState StateOf(VmProcess process, ImmutableArray<PciAddress> functions) => new(new Vm
    {
        Manager = process.Platform,
        Id = process.Name ?? process.VmId ?? $"pid-{process.Pid}",
        Name = process.Name ?? process.VmId,
        File = $"proc/{process.Pid}",
        IsManaged = false,
        User = process.User,
        Devices =
        [
            .. functions.Select((function, index) => new VmDevice
            {
                Slot = $"device{index}",
                Choices = [new DeviceAlternative([new PciSelector(function, WholeSlot: false)])],
                When = ExpectationTime.WhileRunning,
            }),
        ],
    })
    {
        IsRunning = true,
        Process = process,
    };
}
