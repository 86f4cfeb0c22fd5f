using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Guests;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Guests;

/// <summary>Judges the VMs that take host devices.</summary>
internal sealed class GuestRule
{
    private readonly HostFacts _facts;
    private readonly CriticalRule _critical;
    private readonly PartsInUse _parts;
    private readonly Endpoints _endpoints;
    private readonly ImmutableArray<GuestState> _states;
    private readonly DeviceUsers _users;

    public GuestRule(HostFacts facts, Endpoints endpoints, ImmutableArray<GuestState> states, CriticalRule critical, PartsInUse parts)
    {
        _facts = facts;
        _critical = critical;
        _parts = parts;
        _endpoints = endpoints;
        _states = states;
        _users = new DeviceUsers(states, endpoints);
    }

    /// <summary>Null: no manager and no process was looked at.</summary>
    public ImmutableArray<GuestVerdict>? Judge() =>
        _facts.Managers.IsEmpty && _facts.Processes is null
            ? null
            : [.. _states.Where(state => state.TakesDevices).Select(Judge)];

    private GuestVerdict Judge(GuestState state)
    {
        var subject = new GuestSubject(state, _users, _endpoints, _critical, _facts);
        var isRead = _facts.Pci is not null;
        ImmutableArray<PciAddress>? taken = isRead ? Taken(state, subject) : null;
        return new GuestVerdict
        {
            Guest = state.Guest,
            IsRunning = state.IsRunning,
            HasPendingChanges = PendingChanges.Of(state, _endpoints),
            Functions = FunctionsOf(state),
            MissingDevices = isRead && subject.AllSeen ? state.Guest.Devices.Count(subject.IsMissing) : null,
            StartTakes = taken,
            StartTakesCritical = taken is { } functions && state.Guest.IsManaged ? Critical(functions, subject) : null,
            SharedByTurns = state.Guest.IsTemplate ? [] : SharedByTurns(subject),
            Issues = isRead && state.Guest is { IsTemplate: false, IsManaged: true } ? GuestChecks.Of(subject) : [],
        };
    }

    /// <summary>What the next start takes, and what the running VM was started with.</summary>
    private ImmutableArray<GuestFunction> FunctionsOf(GuestState state) =>
    [
        .. (from device in state.Guest.Devices.Concat(state.IsRunning == true ? state.Guest.StartedWith ?? [] : [])
            from choice in state.Guest.Manager.NotesEveryDevice && device.Choices.Length > 1 ? InUse(state, device) : device.Choices
            from selector in choice.Functions
            from function in _endpoints.Selected(selector)
            select new GuestFunction(device.Slot, function)).Distinct(),
    ];

    /// <summary>Of a pool the function that the running VM has; all of them while it does not run, or that can't be told.</summary>
    private IEnumerable<DeviceChoice> InUse(GuestState state, GuestDevice device)
    {
        var used = device.Choices.Where(choice => choice.Functions.SelectMany(_endpoints.Selected).Any(function => state.Uses(device, choice, function) == true)).ToList();
        return used.Count > 0 ? used : device.Choices;
    }

    private static ImmutableArray<SharedFunction> SharedByTurns(GuestSubject subject) =>
    [
        .. from function in subject.Taken.Where(it => it.Device.Choices.Length == 1).Select(it => it.Function).Distinct()
           let vms = SharingChecks.ByTurns(subject, function).ToImmutableArray()
           where !vms.IsEmpty
           select new SharedFunction(function.Address, vms),
    ];

    /// <summary>
    /// Proxmox binds every function of the group but bridges (pci_dev_group_bind_to_vfio in PVE/SysFSTools.pm), libvirt what the
    /// configuration names.
    /// </summary>
    private ImmutableArray<PciAddress> Taken(GuestState state, GuestSubject subject) =>
    [
        .. subject.Devices.Where(device => !device.KeepsDriver)
            .SelectMany(device => Chosen(state, device))
            .SelectMany(selector => _endpoints.Selected(selector))
            .Select(_endpoints.At)
            .OfType<PciFunction>()
            .SelectMany(function => state.Guest.Manager.StartTakesWholeGroup ? WithItsGroup(function) : [function])
            .Select(function => function.Address)
            .Distinct()
            .Order(),
    ];

    /// <summary>
    /// A display or a keyboard that an entry names is meant to go. What only this VM uses is not taken from anybody; a function of
    /// which another VM has a part is. Null: nothing critical is known to go, and something that goes can't be judged.
    /// </summary>
    private ImmutableArray<PciAddress>? Critical(ImmutableArray<PciAddress> taken, GuestSubject subject)
    {
        var named = subject.Taken.Select(it => it.Function.Address).ToHashSet();
        var vm = subject.Guest.Id;
        bool? IsCritical(PciAddress function) =>
            _parts.Of(function).Any(part => part.Vm != vm) ? true
            : named.Contains(function) && _critical.IsConsole(function) ? false
            : _critical.IsCriticalFor(vm, function);
        ImmutableArray<PciAddress> critical = [.. taken.Where(function => IsCritical(function) == true)];
        return critical.IsEmpty && (!_endpoints.IsComplete || taken.Any(function => IsCritical(function) is null)) ? null : critical;
    }

    /// <summary>The first choice that no other running VM has.</summary>
    private ImmutableArray<PciSelector> Chosen(GuestState state, GuestDevice device)
    {
        var choice = device.Choices.FirstOrDefault(choice => !choice.Functions.SelectMany(_endpoints.Selected).Any(function => OthersUse(state, function)))
            ?? (device.Choices.IsEmpty ? null : device.Choices[0]);
        return choice?.Functions ?? [];
    }

    private bool OthersUse(GuestState state, PciAddress function) =>
        _users.Of(function).Any(user => user.State != state && user.State.Uses(user.Device, user.Choice, function) == true);

    private IEnumerable<PciFunction> WithItsGroup(PciFunction function) =>
        function.Group is null ? [function] : _endpoints.All.Where(other => other.Group == function.Group);
}
