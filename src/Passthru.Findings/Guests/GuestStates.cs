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

    private GuestStates(HostFacts facts)
    {
        _facts = facts;
        _processes = facts.Processes?.VirtualMachines ?? [];
    }

    /// <summary>Those of the managers, then QEMU processes that no manager knows; by platform and name.</summary>
    public static ImmutableArray<GuestState> Of(HostFacts facts) => new GuestStates(facts).All();

    private ImmutableArray<GuestState> All()
    {
        var managed = Managed.Select(StateOf).ToList();
        var known = managed.Select(state => state.Process).OfType<VmProcess>().ToHashSet();
        var others = _processes.Where(process => !known.Contains(process) && !IsManaged(process) && process.Functions?.Length > 0).Select(Unmanaged);
        return
        [
            .. managed.Concat(others)
                .DistinctBy(state => (state.Guest.Platform, state.Guest.Id))
                .OrderBy(state => state.Guest.Platform)
                .ThenBy(state => state.Guest.Id, CountingOrder.Comparer),
        ];
    }

    private IEnumerable<Guest> Managed => new[] { _facts.Proxmox?.Guests ?? [], _facts.Libvirt?.Guests ?? [] }.SelectMany(all => all).Select(VgpuFunctions.For(_facts.Pci));

    /// <summary>A manager on this host started it, and would know of it if it were one of its running machines; or its files can't be read, and it may.</summary>
    private bool IsManaged(VmProcess process) =>
        !process.IsInContainer && ((process.VmId is not null && MayBeOf(_facts.Proxmox)) || (process.IsOfLibvirt && MayBeOf(_facts.Libvirt)));

    private static bool MayBeOf(GuestFacts? manager) => manager is { Guests: not null } or { DefinitionsTold: false };

    private VmProcess? ProcessOf(Guest guest) => guest switch
    {
        { IsNotedAsStarted: false } or { IsTemplate: true } => null,
        { Pid: { } pid } => _processes.FirstOrDefault(process => process.Pid == pid),
        _ => _processes.FirstOrDefault(process => IsOf(process, guest)),
    };

    private static bool IsOf(VmProcess process, Guest guest) =>
        !process.IsInContainer && (guest.Platform == GuestPlatform.Proxmox ? process.VmId == guest.Id : process.Name == guest.Id && process.VmId is null);

    private GuestState StateOf(Guest guest)
    {
        var process = ProcessOf(guest);
        return new GuestState(guest) { IsRunning = IsRunning(guest, process), Process = process };
    }

    private bool? IsRunning(Guest guest, VmProcess? process)
    {
        if (guest.IsTemplate || guest.IsNotedAsStarted == false)
        {
            return false;
        }

        if (process is not null)
        {
            return guest.NotesTold ? true : null;
        }

        return _facts.Processes?.VirtualMachinesTold == true ? false : ScopeIsActive(guest) ?? guest.IsNotedAsStarted;
    }

    /// <summary>An active scope proves that it runs; that none is seen proves nothing, since machined drops characters from names.</summary>
    private bool? ScopeIsActive(Guest guest) =>
        _facts.Systemd?.Units.Any(unit => unit.IsActive && Scope.IsOf(unit.Name, guest)) == true ? true : null;

    private static GuestState Unmanaged(VmProcess process)
    {
        var id = process.Name ?? process.VmId ?? $"pid-{process.Pid}";
        var devices = process.Functions!.Value.Select((function, index) => new GuestDevice
        {
            Slot = $"device{index}",
            Choices = [new DeviceChoice([new PciSelector(function, WholeSlot: false)])],
            When = ClaimTime.WhileRunning,
        });
        return new GuestState(new Guest { Platform = GuestPlatform.Qemu, Id = id, Name = process.Name, File = $"proc/{process.Pid}/cmdline", Devices = [.. devices] })
        {
            IsRunning = true,
            Process = process,
        };
    }
}
