using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Pci;

namespace Passthru.Findings;

/// <summary>Virtual machines, programs and parts of the host that stand on functions.</summary>
/// <param name="Names">As a sentence has them: <c>VM 110</c>, <c>the host's swap</c>.</param>
/// <param name="AllTold">There is nothing else.</param>
internal readonly record struct Affected(ImmutableArray<string> Names, bool AllTold);

/// <summary>Finds out who stands on functions.</summary>
internal sealed class AffectedParts
{
    private readonly Dictionary<PciAddress, PciFunction> _functions;
    private readonly Dictionary<PciAddress, DeviceVerdict> _devices;
    private readonly ILookup<PciAddress, string> _vms;
    private readonly ILookup<PciAddress, GroupVerdict> _groups;
    private readonly Dictionary<string, bool?> _running;
    private readonly bool _allVmsTold;

    public AffectedParts(HostFacts facts, Report report)
    {
        var guests = (report.Guests ?? []).Where(guest => !guest.Guest.IsTemplate).ToList();
        _functions = (facts.Pci?.Functions ?? []).ToDictionary(function => function.Address);
        _devices = (report.Devices ?? []).ToDictionary(device => device.Function.Address);
        _vms = VmsByFunction.Of(report);
        _groups = (report.Groups ?? [])
            .SelectMany(group => (group.Group.Functions ?? []).Select(function => (function, group)))
            .ToLookup(pair => pair.function, pair => pair.group);
        _running = guests.GroupBy(guest => guest.Guest.Id).ToDictionary(same => same.Key, same => same.First().IsRunning);
        _allVmsTold = facts.Processes?.VirtualMachinesTold == true
            && facts.Collectors.All(run => run.Collector is not (Collector.Proxmox or Collector.Libvirt) || run.Succeeded);
    }

    public Affected Of(IReadOnlySet<PciAddress> functions)
    {
        var groups = functions.SelectMany(function => _groups[function]).Distinct().ToList();
        var holders = groups.SelectMany(group => group.Holders ?? []).ToList();
        var vms = functions.SelectMany(function => _vms[function]).Concat(holders.Select(holder => holder.Vm).OfType<string>()).Distinct();
        var programs = holders.Where(holder => holder.Vm is null).Select(holder => $"process {holder.Holder.Pid} ({holder.Holder.Program})").Distinct();
        var uses = functions.Order().Select(_devices.GetValueOrDefault).OfType<DeviceVerdict>().SelectMany(device => device.Critical);
        return new Affected(
            [
                .. vms.Order(CountingOrder.Comparer).Select(Vm),
                .. programs,
                .. groups.Any(IsHeldUnseen) ? ["whoever has it open now"] : Array.Empty<string>(),
                .. uses.OrderBy(use => use.Reason).Select(HostPart).Distinct(),
            ],
            _allVmsTold && functions.All(IsTold) && groups.All(group => group.Holders is not null || group.Handout.State is not null));
    }

    /// <summary>In use, and neither a process nor a virtual machine that would be the user is seen.</summary>
    private bool IsHeldUnseen(GroupVerdict group) =>
        group is { Handout.State: GroupState.InUse, Holders: null or { IsEmpty: true } }
        && !(group.Group.Functions ?? []).SelectMany(function => _vms[function]).Any(vm => _running.GetValueOrDefault(vm) != false);

    /// <summary>A bridge carries nothing but what is below it.</summary>
    private bool IsTold(PciAddress address) =>
        _functions.GetValueOrDefault(address)?.HeaderType is 1 or 2 || _devices.GetValueOrDefault(address)?.IsCritical is not null;

    private string Vm(string id) => _running.GetValueOrDefault(id) == false ? $"VM {id} (stopped)" : $"VM {id}";

    private static string HostPart(CriticalUse use) => use.Reason switch
    {
        CriticalReason.RootDisk => "the host's root file system",
        CriticalReason.MountedDisk => use.Chain[0].StartsWith('/') ? $"the host's file systems (such as {use.Chain[0]})" : "a storage pool of the host",
        CriticalReason.Swap => "the host's swap",
        CriticalReason.DefaultRoute => "the host's default route",
        CriticalReason.ManagementNetwork => "an address of the host",
        CriticalReason.BootDisplay => "the host's display",
        _ => "the host's only keyboard",
    };
}
