using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Guests;
using Passthru.Facts.Pci;
using Passthru.Facts.Usage;

namespace Passthru.Findings;

/// <summary>VMs, programs and parts of the host that stand on functions.</summary>
/// <param name="Names">As a sentence has them: <c>VM 110</c>, <c>the host's swap</c>.</param>
/// <param name="Unseen">What may be there and this program cannot see: <c>whatever uses its disk nvme1n1</c>.</param>
/// <param name="AllTold">There is nothing beyond these two.</param>
internal readonly record struct Affected(ImmutableArray<string> Names, ImmutableArray<string> Unseen, bool AllTold);

/// <summary>Finds out who stands on functions.</summary>
internal sealed class AffectedParts
{
    private readonly Dictionary<PciAddress, PciFunction> _functions;
    private readonly Dictionary<PciAddress, DeviceVerdict> _devices;
    private readonly ILookup<PciAddress, string> _vms;
    private readonly ILookup<PciAddress, GroupVerdict> _groups;
    private readonly Dictionary<string, bool?> _running;
    private readonly ILookup<PciAddress, string> _disks;
    private readonly bool _allVmsTold;

    public AffectedParts(HostFacts facts, Report report)
    {
        var guests = (report.Guests ?? []).Where(guest => !guest.Guest.IsTemplate).ToList();
        _functions = (facts.Pci?.Functions ?? []).ToDictionary(function => function.Address);
        _devices = (report.Devices ?? []).ToDictionary(device => device.Function.Address);
        _vms = VmsByFunction.Of(report);
        _disks = (facts.Usage?.Disks ?? []).ToLookup(disk => disk.Function, disk => disk.Name);
        _groups = (report.Groups ?? [])
            .SelectMany(group => (group.Group.Functions ?? []).Select(function => (function, group)))
            .ToLookup(pair => pair.function, pair => pair.group);
        _running = guests.GroupBy(guest => guest.Guest.Id).ToDictionary(same => same.Key, same => same.First().IsRunning);
        _allVmsTold = facts.Processes?.VirtualMachinesTold == true
            && facts.Collectors.All(run => run.Succeeded || VmManagers.All.All(manager => manager.Collector != run.Collector));
    }

    /// <param name="functions">Functions that break.</param>
    /// <param name="mediated">Groups of mediated devices that break with them.</param>
    public Affected Of(IReadOnlySet<PciAddress> functions, IEnumerable<GroupVerdict> mediated)
    {
        var groups = functions.SelectMany(function => _groups[function]).Concat(mediated).Distinct().ToList();
        var devices = functions.Order().Select(_devices.GetValueOrDefault).OfType<DeviceVerdict>().ToList();
        var holders = groups.SelectMany(group => group.Holders ?? []).ToList();
        var vms = functions.SelectMany(function => _vms[function])
            .Concat(holders.Select(holder => holder.Vm).OfType<string>())
            .Concat(devices.SelectMany(device => device.Parts).Select(part => part.Vm).OfType<string>())
            .Distinct();
        var programs = holders.Where(holder => holder.Vm is null).Select(holder => $"process {holder.Holder.Pid} ({holder.Called})").Distinct();
        return new Affected(
            [
                .. vms.Order(CountingOrder.Comparer).Select(Vm),
                .. programs,
                .. groups.Any(IsHeldUnseen) ? ["whoever has it open now"] : Array.Empty<string>(),
                .. UsedParts.Of(devices.SelectMany(device => device.Users)),
            ],
            [.. devices.SelectMany(Unseen).Distinct()],
            _allVmsTold && functions.All(function => IsTold(function) || Unseen(_devices.GetValueOrDefault(function)).Any()) && groups.All(group => group.Holders is not null || group.Handout.State != GroupState.Unknown));
    }

    private IEnumerable<string> Unseen(DeviceVerdict? device)
    {
        foreach (var use in device?.MayCarry ?? [])
        {
            var disks = use.Kind.IsStorage() ? _disks[device!.Function.Address].ToList() : [];
            if (disks.Count > 0)
            {
                yield return $"whatever uses its disk{(disks.Count > 1 ? "s" : "")} {string.Join(" and ", disks.Take(4))}, which this program cannot see";
            }
            else if (!use.Kind.IsStorage() && use.Functions is not null)
            {
                yield return $"perhaps {(use.Kind == UseKind.DefaultRoute ? "the host's default route" : "an address of the host")}";
            }
        }
    }

    /// <summary>In use as a whole, and neither a process nor a VM that would be the user is seen.</summary>
    private bool IsHeldUnseen(GroupVerdict group) =>
        group is { Handout.State: GroupState.InUse, Holders: null or { IsEmpty: true } }
        && !(group.Group.Functions ?? []).SelectMany(function => _vms[function]).Any(vm => _running.GetValueOrDefault(vm) != false)
        && !(group.Group.Functions ?? []).Any(function => _devices.GetValueOrDefault(function)?.Parts.IsEmpty == false);

    /// <summary>A bridge carries nothing but what is below it.</summary>
    private bool IsTold(PciAddress address) =>
        _functions.GetValueOrDefault(address)?.HeaderType is 1 or 2 || _devices.GetValueOrDefault(address)?.IsCritical is not null;

    private string Vm(string id) => _running.GetValueOrDefault(id) == false ? $"VM {id} (stopped)" : $"VM {id}";
}
