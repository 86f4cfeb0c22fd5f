using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Guests;
using Passthru.Facts.Pci;
using Passthru.Facts.Processes;
using Passthru.Findings.Guests;

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
    public bool IsUnknown => Platform is null && !Holder.ArgumentsTold;

    /// <summary>It is left over: its VM's own manager says that the VM is stopped, or does not know it. Null where the manager's word can't be seen.</summary>
    public bool? IsStale { get; init; }

    /// <summary>The configuration lists its program among those that may hold groups.</summary>
    public bool IsAllowed { get; init; }
}

/// <summary>Finds out whom holders of VFIO work for.</summary>
internal sealed class HolderRule
{
    private readonly HostFacts _facts;
    private readonly Endpoints _endpoints;
    private readonly Expectations _expectations;
    private readonly ImmutableArray<GuestState> _guests;
    private readonly Dictionary<int, GuestState> _byPid = [];
    private readonly Dictionary<int, VmProcess> _vms;

    private HolderRule(HostFacts facts, Endpoints endpoints, Expectations expectations, ImmutableArray<GuestState> guests)
    {
        _facts = facts;
        _endpoints = endpoints;
        _expectations = expectations;
        _guests = guests;
        _vms = (facts.Processes?.VirtualMachines ?? []).ToDictionary(vm => vm.Pid);
        foreach (var guest in guests)
        {
            if ((guest.Process?.Pid ?? guest.Guest.Pid) is { } pid)
            {
                _byPid.TryAdd(pid, guest);
            }
        }
    }

    public static ImmutableArray<HolderVerdict> Of(
        HostFacts facts, Endpoints endpoints, Expectations expectations, ImmutableArray<GuestState> guests)
    {
        var rule = new HolderRule(facts, endpoints, expectations, guests);
        return [.. (facts.Processes?.Holders ?? []).Select(rule.Judge)];
    }

    private HolderVerdict Judge(VfioHolder holder)
    {
        var process = _vms.GetValueOrDefault(holder.VmPid ?? holder.Pid);
        var guest = GuestOf(holder);
        var groups = holder.Groups.Concat(holder.Functions.Select(_endpoints.At).OfType<PciFunction>().Select(function => function.Group).OfType<string>());
        var isTold = holder.ArgumentsTold && process?.ArgumentsTold != false;
        var isAllowed = holder.Names.Append(holder.Program).Any(IsAllowed);
        return new HolderVerdict(holder, [.. groups.Distinct().Order(StringComparer.Ordinal)])
        {
            Vm = guest?.Guest.Id,
            VmName = NameOf(guest?.Guest, isTold ? process : null),
            Platform = guest?.Guest.Manager ?? (isTold ? process?.Platform : process?.Owner),
            IsAllowed = isAllowed,
            IsStale = isAllowed ? false : guest is { Guest.IsManaged: true } ? (guest.IsRunning is null ? null : false) : isTold ? IsLeftOver(process) : null,
        };
    }

    private static string? NameOf(Guest? guest, VmProcess? process) => guest switch
    {
        null => process is { Owner: { } owner } ? owner.IdOf(process) : process?.Name,
        { IsManaged: true } => guest.Id,
        _ => guest.Name is null ? null : guest.Id,
    };

    /// <summary>By number, whatever state its manager notes for it: a VM that crashed and is kept is its manager's affair. Else by scope.</summary>
    private GuestState? GuestOf(VfioHolder holder) =>
        _byPid.GetValueOrDefault(holder.VmPid ?? holder.Pid)
        ?? (holder.Unit is { } unit
            ? _guests.FirstOrDefault(guest => guest is { IsRunning: true, Process: null, Guest.Pid: null } && guest.Guest.Manager.IdOfScope(unit) == guest.Guest.Id)
            : null);

    /// <summary>Only its own manager's word makes it so: a VM of a manager that is not known, or a service, is nobody's to call left over.</summary>
    private bool? IsLeftOver(VmProcess? process)
    {
        if (process?.Owner is not { } owner || _facts.Managers.FirstOrDefault(section => section.Manager == owner) is not { } manager)
        {
            return false;
        }

        if (manager is not { Guests: { } guests, NotesSeen: true, DefinitionsTold: true } || !_facts.Processes!.VirtualMachinesTold)
        {
            return null;
        }

        return guests.All(guest => guest.IsNotedAsStarted is not null || guest.Id != owner.IdOf(process)) ? true : null;
    }

    /// <summary>The kernel cuts its name for a process after 15 characters.</summary>
    private bool IsAllowed(string name) =>
        _expectations.Holders.Any(allowed => allowed == name || (name.Length == VmProcess.LongestKernelName && allowed.StartsWith(name, StringComparison.Ordinal)));
}
