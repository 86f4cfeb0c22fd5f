using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Guests;
using Passthru.Facts.Processes;

namespace Passthru.Findings.Guests;

/// <summary>
/// Which virtual machines there are and which run, weighed from three witnesses: what the manager notes, the processes, and the
/// scopes of systemd. The manager's note comes first, for a machine that it holds to be stopped is stopped to everybody who
/// would start it; a note without a living process is a leftover.
/// </summary>
internal sealed class GuestStates
{
    private readonly HostFacts _facts;
    private readonly ImmutableArray<VmProcess> _processes;
    private readonly Dictionary<int, VmProcess> _byPid;
    private readonly ILookup<(VmManager?, string?), VmProcess> _byId;

    private GuestStates(HostFacts facts)
    {
        _facts = facts;
        _processes = facts.Processes?.VirtualMachines ?? [];
        _byPid = _processes.ToDictionary(process => process.Pid);
        _byId = _processes.ToLookup(process => (process.Owner, (process.Owner ?? VmManagers.Libvirt).IdOf(process)));
    }

    /// <summary>Those of the managers, then processes that no manager knows; by platform and name.</summary>
    public static ImmutableArray<GuestState> Of(HostFacts facts, Endpoints endpoints) => new GuestStates(facts).All(endpoints);

    private ImmutableArray<GuestState> All(Endpoints endpoints)
    {
        var managed = _facts.Managers.SelectMany(section => section.Guests ?? []).Select(VgpuFunctions.For(_facts.Pci)).Select(StateOf).ToList();
        var known = managed.Select(state => state.Process).OfType<VmProcess>().ToHashSet();
        var others = _processes.Where(process => !known.Contains(process) && !IsManaged(process));
        return WithNamesOfTheirOwn(
            managed.Concat(UnmanagedVms.Of(others, _facts.Processes, endpoints))
                .OrderBy(state => VmManagers.Order(state.Guest.Manager))
                .ThenBy(state => state.Guest.Id, CountingOrder.Comparer)
                .ThenByDescending(state => state.Guest.IsManaged)
                .ThenBy(state => state.Guest.User ?? state.Process?.User)
                .ThenBy(state => state.Process?.Unit, StringComparer.Ordinal)
                .ThenBy(state => state.Process?.Pid));
    }

    /// <summary>Names are unique for one manager of one user: a second VM of a name is <c>windows (2)</c> here.</summary>
    private static ImmutableArray<GuestState> WithNamesOfTheirOwn(IEnumerable<GuestState> states)
    {
        var named = ImmutableArray.CreateBuilder<GuestState>();
        var taken = new HashSet<(VmManager, string)>();
        foreach (var state in states)
        {
            var id = state.Guest.Id;
            for (var number = 2; !taken.Add((state.Guest.Manager, id)); number++)
            {
                id = $"{state.Guest.Id} ({number})";
            }

            named.Add(id == state.Guest.Id ? state : state with { Guest = state.Guest with { Id = id } });
        }

        return named.DrainToImmutable();
    }

    /// <summary>A manager on this host started it, and would know of it if it were one of its running machines; or its files can't be read, and it may.</summary>
    private bool IsManaged(VmProcess process) =>
        process.Owner is { } owner && _facts.Managers.Any(section => section is { Guests: not null, NotesSeen: true } or { DefinitionsTold: false } && section.Manager == owner);

    private bool NotesSeen(VmManager manager) => _facts.Managers.Any(section => section.Manager == manager && section.NotesSeen);

    private VmProcess? ProcessOf(Guest guest) => guest switch
    {
        { IsTemplate: true } => null,
        { IsNotedAsStarted: false, Pid: null } when NotesSeen(guest.Manager) => null,
        { Pid: { } pid } => _byPid.GetValueOrDefault(pid) is { } process && (guest.User is null || guest.User == process.User) ? process : null,
        { User: { } user } => _byId[(null, guest.Id)].FirstOrDefault(process => process.User == user),
        _ => _byId[(guest.Manager, guest.Id)].FirstOrDefault(),
    };

    private GuestState StateOf(Guest guest)
    {
        var process = ProcessOf(guest);
        return new GuestState(guest) { IsRunning = IsRunning(guest, process), Process = process };
    }

    private bool? IsRunning(Guest guest, VmProcess? process)
    {
        if (guest.IsTemplate || guest.IsNotedAsStarted == false)
        {
            // Where the manager's notes are not seen, a living process of its own says that they are kept in another place.
            return process is null || guest.Pid is not null ? false : null;
        }

        if (process is not null)
        {
            return guest.NotesTold ? true : null;
        }

        return _facts.Processes?.VirtualMachinesTold == true ? false : ScopeIsActive(guest) ?? guest.IsNotedAsStarted;
    }

    /// <summary>An active scope proves that it runs; that none is seen proves nothing, since machined drops characters from names.</summary>
    private bool? ScopeIsActive(Guest guest) =>
        _facts.Systemd?.Units.Any(unit => unit.IsActive && guest.Manager.IdOfScope(unit.Name) == guest.Id) == true ? true : null;
}
