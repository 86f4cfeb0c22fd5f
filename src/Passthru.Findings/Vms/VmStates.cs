using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Managers;
using Passthru.Findings.Values;

namespace Passthru.Findings.Vms;

/// <summary>
/// Which virtual machines there are and which run, weighed from three witnesses: what the manager notes, the processes, and the
/// scopes of systemd. The manager's note comes first, for a machine that it holds to be stopped is stopped to everybody who
/// would start it; a note without a living process is a leftover.
/// </summary>
internal sealed class VmStates
{
    private readonly HostFacts _facts;
    private readonly ImmutableArray<VmProcess> _processes;
    private readonly Dictionary<int, VmProcess> _byPid;
    private readonly ILookup<(VmManager?, string?), VmProcess> _byId;

    private VmStates(HostFacts facts)
    {
        _facts = facts;
        _processes = facts.Processes?.Vms ?? [];
        _byPid = _processes.ToDictionary(process => process.Pid);
        _byId = _processes.ToLookup(process => (process.Owner, (process.Owner ?? VmManagers.Libvirt).IdOf(process)));
    }

    /// <summary>Those of the managers, then processes that no manager knows; by platform and name.</summary>
    public static ImmutableArray<VmState> Assess(HostFacts facts, EndpointIndex endpoints) => new VmStates(facts).All(endpoints);

    private ImmutableArray<VmState> All(EndpointIndex endpoints)
    {
        var managed = _facts.Managers.SelectMany(section => section.Vms ?? []).Select(VgpuFunctions.For(_facts.Pci)).Select(StateOf).ToList();
        var known = managed.Select(state => state.Process).OfType<VmProcess>().ToHashSet();
        var others = _processes.Where(process => !known.Contains(process) && !IsManaged(process));
        return WithNamesOfTheirOwn(
            managed.Concat(UnmanagedVms.From(others, _facts.Processes, endpoints))
                .OrderBy(state => VmManagers.Order(state.Vm.Manager))
                .ThenBy(state => state.Vm.Id, NaturalOrder.Comparer)
                .ThenByDescending(state => state.Vm.IsManaged)
                .ThenBy(state => state.Vm.User ?? state.Process?.User)
                .ThenBy(state => state.Process?.Unit, StringComparer.Ordinal)
                .ThenBy(state => state.Process?.Pid));
    }

    /// <summary>Names are unique for one manager of one user: a second VM of a name is <c>windows (2)</c> here.</summary>
    private static ImmutableArray<VmState> WithNamesOfTheirOwn(IEnumerable<VmState> states)
    {
        var named = ImmutableArray.CreateBuilder<VmState>();
        var taken = new HashSet<(VmManager, string)>();
        foreach (var state in states)
        {
            var id = state.Vm.Id;
            for (var number = 2; !taken.Add((state.Vm.Manager, id)); number++)
            {
                id = $"{state.Vm.Id} ({number})";
            }

            named.Add(id == state.Vm.Id ? state : state with { Vm = state.Vm with { Id = id } });
        }

        return named.DrainToImmutable();
    }

    /// <summary>A manager on this host started it, and would know of it if it were one of its running machines; or its files can't be read, and it may.</summary>
    private bool IsManaged(VmProcess process) =>
        process.Owner is { } owner && _facts.Managers.Any(section => section is { Vms: not null, NotesSeen: true } or { DefinitionsComplete: false } && section.Manager == owner);

    private bool NotesSeen(VmManager manager) => _facts.Managers.Any(section => section.Manager == manager && section.NotesSeen);

    private VmProcess? ProcessOf(Vm vm) => vm switch
    {
        { IsTemplate: true } => null,
        { ManagerSaysRunning: false, Pid: null } when NotesSeen(vm.Manager) => null,
        { Pid: { } pid } => _byPid.GetValueOrDefault(pid) is { } process && (vm.User is null || vm.User == process.User) ? process : null,
        { User: { } user } => _byId[(null, vm.Id)].FirstOrDefault(process => process.User == user),
        _ => _byId[(vm.Manager, vm.Id)].FirstOrDefault(),
    };

    private VmState StateOf(Vm vm)
    {
        var process = ProcessOf(vm);
        return new VmState(vm) { IsRunning = IsRunning(vm, process), Process = process };
    }

    private bool? IsRunning(Vm vm, VmProcess? process)
    {
        if (vm.IsTemplate || vm.ManagerSaysRunning == false)
        {
            // Where the manager's notes are not seen, a living process of its own says that they are kept in another place.
            return process is null || vm.Pid is not null ? false : null;
        }

        if (process is not null)
        {
            return vm.NotesComplete ? true : null;
        }

        return _facts.Processes?.VmsComplete == true ? false : ScopeIsActive(vm) ?? vm.ManagerSaysRunning;
    }

    /// <summary>An active scope proves that it runs; that none is seen proves nothing, since machined drops characters from names.</summary>
    private bool? ScopeIsActive(Vm vm) =>
        _facts.Systemd?.Units.Any(unit => unit.IsActive && vm.Manager.IdOfScope(unit.Name) == vm.Id) == true ? true : null;
}
