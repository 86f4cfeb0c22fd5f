using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Pci;
using Passthru.Facts.Processes;
using Passthru.Facts.Processes.Traits;
using Passthru.Facts.Vms;
using Passthru.Findings.Values;
using Passthru.Findings.Vms;

namespace Passthru.Findings.Ownership;

/// <summary>A process that has VFIO open, and for which virtual machine.</summary>
/// <param name="Holder">The process.</param>
/// <param name="Groups">Groups it holds, by name.</param>
public sealed record HolderVerdict(VfioHolder Holder, ImmutableArray<string> Groups)
{
    /// <summary>The running VM it works for; null where there is none.</summary>
    public string? Vm { get; init; }

    /// <summary>What the VM is called, running or left over; null where it has no name, or the process runs no VM.</summary>
    public string? VmName { get; init; }

    /// <summary>Who manages that VM; null: the process runs no VM, or <see cref="IsUnknown"/>.</summary>
    public VmManager? Platform { get; init; }

    /// <summary>Its program, or the kernel's name for it where its command line could not be read.</summary>
    public string Called => Holder.Program.Length > 0 ? Holder.Program : Holder.Names is [var first, ..] ? first : "";

    /// <summary>Its command line could not be read, and nothing that root or the kernel made says whether it runs a VM, and for whom.</summary>
    public bool IsUnknown => Platform is null && !Holder.ArgumentsComplete;

    /// <summary>It is left over: its VM's own manager says that the VM is stopped, or does not know it. Null where the manager's word can't be seen.</summary>
    public bool? IsStale { get; init; }

    /// <summary>The configuration lists its program among those that may hold groups.</summary>
    public bool IsAllowed { get; init; }
}

/// <summary>Finds out whom holders of VFIO work for.</summary>
internal sealed class HolderAssessor
{
    private readonly HostFacts _facts;
    private readonly EndpointIndex _endpoints;
    private readonly ConfiguredExpectations _expectations;
    private readonly ImmutableArray<VmState> _vms;
    private readonly Dictionary<int, VmState> _byPid = [];
    private readonly Dictionary<int, VmProcess> _processes;

    private HolderAssessor(HostFacts facts, EndpointIndex endpoints, ConfiguredExpectations expectations, ImmutableArray<VmState> vms)
    {
        _facts = facts;
        _endpoints = endpoints;
        _expectations = expectations;
        _vms = vms;
        _processes = (facts.Processes?.Vms ?? []).ToDictionary(vm => vm.Pid);
        foreach (var vm in vms)
        {
            if ((vm.Process?.Pid ?? vm.Vm.Pid) is { } pid)
            {
                _byPid.TryAdd(pid, vm);
            }
        }
    }

    public static ImmutableArray<HolderVerdict> Assess(
        HostFacts facts, EndpointIndex endpoints, ConfiguredExpectations expectations, ImmutableArray<VmState> vms)
    {
        var rule = new HolderAssessor(facts, endpoints, expectations, vms);
        return [.. (facts.Processes?.Holders ?? []).Select(rule.Judge)];
    }

    private HolderVerdict Judge(VfioHolder holder)
    {
        var process = _processes.GetValueOrDefault(holder.VmPid ?? holder.Pid);
        var vm = VmOf(holder);
        var groups = holder.Groups.Concat(holder.Functions.Select(_endpoints.At).OfType<PciFunction>().Select(function => function.Group).OfType<string>());
        var isComplete = holder.ArgumentsComplete && process?.ArgumentsComplete != false;
        var isAllowed = holder.Names.Append(holder.Program).Any(IsAllowed);
        return new HolderVerdict(holder, [.. groups.Distinct().Order(StringComparer.Ordinal)])
        {
            Vm = vm?.Vm.Id,
            VmName = NameOf(vm?.Vm, isComplete ? process : null),
            Platform = vm?.Vm.Manager ?? (isComplete ? process?.Platform : process?.Owner),
            IsAllowed = isAllowed,
            IsStale = isAllowed ? false : vm is { Vm.IsManaged: true } ? (vm.IsRunning is null ? null : false) : isComplete ? IsLeftOver(process) : null,
        };
    }

    private static string? NameOf(Vm? vm, VmProcess? process) => vm switch
    {
        null => process is { Owner: { } owner } ? owner.IdOf(process) : process?.Name,
        { IsManaged: true } => vm.Id,
        _ => vm.Name is null ? null : vm.Id,
    };

    /// <summary>By number, whatever state its manager notes for it: a VM that crashed and is kept is its manager's affair. Else by scope.</summary>
    private VmState? VmOf(VfioHolder holder) =>
        _byPid.GetValueOrDefault(holder.VmPid ?? holder.Pid)
        ?? (holder.Unit is { } unit
            ? _vms.FirstOrDefault(vm => vm is { IsRunning: true, Process: null, Vm.Pid: null } && vm.Vm.Manager.IdOfScope(unit) == vm.Vm.Id)
            : null);

    /// <summary>Only its own manager's word makes it so: a VM of a manager that is not known, or a service, is nobody's to call left over.</summary>
    private bool? IsLeftOver(VmProcess? process)
    {
        if (process?.Owner is not { } owner || _facts.Managers.FirstOrDefault(section => section.Manager == owner) is not { } manager)
        {
            return false;
        }

        if (manager is not { Vms: { } vms, NotesSeen: true, DefinitionsComplete: true } || !_facts.Processes!.VmsComplete)
        {
            return null;
        }

        return vms.All(vm => vm.ManagerSaysRunning is not null || vm.Id != owner.IdOf(process)) ? true : null;
    }

    /// <summary>The kernel cuts its name for a process after 15 characters.</summary>
    private bool IsAllowed(string name) =>
        _expectations.Holders.Any(allowed => allowed == name || (name.Length == VmPrograms.LongestKernelName && allowed.StartsWith(name, StringComparison.Ordinal)));
}
