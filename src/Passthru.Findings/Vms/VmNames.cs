using System.Collections.Immutable;
using Passthru.Facts.HostDependencies.Chains;

namespace Passthru.Findings.Vms;

/// <summary>Whose a use is, and whether it counts: what only a configuration names counts while the guest runs or if it starts with the host.</summary>
internal sealed class VmNames(ImmutableArray<VmState> vms)
{
    private readonly Dictionary<int, string> _byPid = vms
        .Where(vm => vm.IsRunning == true)
        .Select(vm => (Pid: vm.Process?.Pid ?? vm.Vm.Pid, vm.Vm.Id))
        .Where(pair => pair.Pid is not null)
        .GroupBy(pair => pair.Pid!.Value)
        .ToDictionary(same => same.Key, same => same.First().Id);

    private readonly HashSet<string> _counted = vms
        .Where(vm => vm.IsRunning == true || vm.Vm.StartsWithHost == true)
        .Select(vm => vm.Vm.Id)
        .ToHashSet(StringComparer.Ordinal);

    public bool Counts(HostDependency use) =>
        use.Kind != HostDependencyKind.GuestDisk || use.Owner is not { Vm: { } vm, Pid: null } || _counted.Contains(vm);

    public string? VmOf(UseOwner? owner) =>
        owner?.Vm ?? (owner?.Pid is { } pid ? _byPid.GetValueOrDefault(pid) : null);
}
