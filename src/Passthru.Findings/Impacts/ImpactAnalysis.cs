using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms.Managers;
using Passthru.Findings.Devices;
using Passthru.Findings.Groups;
using Passthru.Findings.HostCritical;
using Passthru.Findings.Reports;
using Passthru.Findings.Values;

namespace Passthru.Findings.Impacts;

/// <summary>Finds out who stands on functions.</summary>
internal sealed class ImpactAnalysis
{
    private readonly Dictionary<PciAddress, PciFunction> _functions;
    private readonly Dictionary<PciAddress, DeviceVerdict> _devices;
    private readonly ILookup<PciAddress, string> _vms;
    private readonly ILookup<PciAddress, GroupVerdict> _groups;
    private readonly Dictionary<string, bool?> _running;
    private readonly ILookup<PciAddress, string> _disks;
    private readonly bool _allVmsTold;

    public ImpactAnalysis(HostFacts facts, Report report)
    {
        var vms = (report.Vms ?? []).Where(vm => !vm.Vm.IsTemplate).ToList();
        _functions = (facts.Pci?.Functions ?? []).ToDictionary(function => function.Address);
        _devices = (report.Devices ?? []).ToDictionary(device => device.Function.Address);
        _vms = VmsByFunction.From(report);
        _disks = (facts.HostDependencies?.Disks ?? []).ToLookup(disk => disk.Function, disk => disk.Name);
        _groups = (report.Groups ?? [])
            .SelectMany(group => (group.Group.Functions ?? []).Select(function => (function, group)))
            .ToLookup(pair => pair.function, pair => pair.group);
        _running = vms.GroupBy(vm => vm.Vm.Id).ToDictionary(same => same.Key, same => same.First().IsRunning);
        _allVmsTold = facts.Processes?.VmsComplete == true
            && facts.Collectors.All(run => run.Succeeded || VmManagers.All.All(manager => manager.Collector != run.Collector));
    }

    /// <param name="functions">Functions that break.</param>
    /// <param name="mediated">Groups of mediated devices that break with them.</param>
    public Impact Of(IReadOnlySet<PciAddress> functions, IEnumerable<GroupVerdict> mediated)
    {
        var groups = functions.SelectMany(function => _groups[function]).Concat(mediated).Distinct().ToList();
        var devices = functions.Order().Select(_devices.GetValueOrDefault).OfType<DeviceVerdict>().ToList();
        var holders = groups.SelectMany(group => group.Holders ?? []).ToList();
        var vms = functions.SelectMany(function => _vms[function])
            .Concat(holders.Select(holder => holder.Vm).OfType<string>())
            .Concat(devices.SelectMany(device => device.Parts).Select(part => part.Vm).OfType<string>())
            .Distinct();
        var programs = holders.Where(holder => holder.Vm is null).Select(holder => $"process {holder.Holder.Pid} ({holder.Called})").Distinct();
        return new Impact(
            [
                .. vms.Order(NaturalOrder.Comparer).Select(Vm),
                .. programs,
                .. groups.Any(IsHeldUnseen) ? ["the process that has it open now"] : Array.Empty<string>(),
                .. UsedParts.Describe(devices.SelectMany(device => device.Users)),
            ],
            [.. devices.SelectMany(Unseen).Distinct()],
            _allVmsTold && functions.All(function => IsComplete(function) || Unseen(_devices.GetValueOrDefault(function)).Any()) && groups.All(group => group.Holders is not null || group.Assignability.State != GroupState.Unknown));
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
                yield return $"perhaps {(use.Kind == HostDependencyKind.DefaultRoute ? "the host's default route" : "an address of the host")}";
            }
        }
    }

    /// <summary>In use as a whole, and neither a process nor a VM that would be the user is seen.</summary>
    private bool IsHeldUnseen(GroupVerdict group) =>
        group is { Assignability.State: GroupState.InUse, Holders: null or { IsEmpty: true } }
        && !(group.Group.Functions ?? []).SelectMany(function => _vms[function]).Any(vm => _running.GetValueOrDefault(vm) != false)
        && !(group.Group.Functions ?? []).Any(function => _devices.GetValueOrDefault(function)?.Parts.IsEmpty == false);

    /// <summary>A bridge carries nothing but what is below it.</summary>
    private bool IsComplete(PciAddress address) =>
        _functions.GetValueOrDefault(address)?.HeaderType is 1 or 2 || _devices.GetValueOrDefault(address)?.IsCritical is not null;

    private string Vm(string id) => _running.GetValueOrDefault(id) == false ? $"VM {id} (stopped)" : $"VM {id}";
}
