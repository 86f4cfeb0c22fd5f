using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms;
using Passthru.Findings.HostCritical;
using Passthru.Findings.Ownership;
using Passthru.Findings.Starts;
using Passthru.Findings.Values;
using Passthru.Findings.Vms;

namespace Passthru.Findings.NextStart;

/// <summary>Judges the VMs that take host devices.</summary>
internal sealed class VmAssessor
{
    private readonly HostFacts _facts;
    private readonly HostCriticalAssessor _critical;
    private readonly PartsInUse _parts;
    private readonly EndpointIndex _endpoints;
    private readonly ImmutableArray<VmState> _states;
    private readonly DeviceUsers _users;

    public VmAssessor(HostFacts facts, EndpointIndex endpoints, ImmutableArray<VmState> states, HostCriticalAssessor critical, PartsInUse parts)
    {
        _facts = facts;
        _critical = critical;
        _parts = parts;
        _endpoints = endpoints;
        _states = states;
        _users = new DeviceUsers(states, endpoints);
    }

    /// <summary>Null: no manager and no process was looked at.</summary>
    public ImmutableArray<VmVerdict>? Judge() =>
        _facts.Managers.IsEmpty && _facts.Processes is null
            ? null
            : [.. _states.Where(state => state.TakesDevices).Select(Judge)];

    private VmVerdict Judge(VmState state)
    {
        var subject = new VmSubject(state, _users, _endpoints, _critical, _facts);
        var isRead = _facts.Pci is not null;
        ImmutableArray<PciAddress>? taken = isRead ? Taken(state, subject) : null;
        return new VmVerdict
        {
            Vm = state.Vm,
            IsRunning = state.IsRunning,
            HasPendingChanges = PendingChanges.Find(state, _endpoints),
            Functions = FunctionsOf(state),
            MissingDevices = isRead && subject.AllSeen ? state.Vm.Devices.Count(subject.IsMissing) : null,
            StartTakes = taken,
            StartTakesCritical = taken is { } functions && state.Vm.IsManaged ? Critical(functions, subject) : null,
            SharedByTurns = state.Vm.IsTemplate ? [] : SharedByTurns(subject),
            Starts = StartVerdict.Assess(state.Vm, _facts),
            Issues = isRead && state.Vm is { IsTemplate: false, IsManaged: true } ? VmChecks.Run(subject) : [],
        };
    }

    /// <summary>What the next start takes, and what the running VM was started with.</summary>
    private ImmutableArray<VmFunction> FunctionsOf(VmState state) =>
    [
        .. (from device in state.Vm.Devices.Concat(state.IsRunning == true ? state.Vm.StartedWith ?? [] : [])
            from choice in state.Vm.Manager.NotesEveryDevice && device.Choices.Length > 1 ? InUse(state, device) : device.Choices
            from selector in choice.Functions
            from function in _endpoints.Selected(selector)
            select new VmFunction(device.Slot, function)).Distinct(),
    ];

    /// <summary>Of a pool the function that the running VM has; all of them while it does not run, or that can't be told.</summary>
    private IEnumerable<DeviceAlternative> InUse(VmState state, VmDevice device)
    {
        var used = device.Choices.Where(choice => choice.Functions.SelectMany(_endpoints.Selected).Any(function => state.HostDependencies(device, choice, function) == true)).ToList();
        return used.Count > 0 ? used : device.Choices;
    }

    private static ImmutableArray<SharedFunction> SharedByTurns(VmSubject subject) =>
    [
        .. from function in subject.Taken.Where(input => input.Device.Choices.Length == 1).Select(input => input.Function).Distinct()
           let vms = SharingChecks.ByTurns(subject, function).ToImmutableArray()
           where !vms.IsEmpty
           select new SharedFunction(function.Address, vms),
    ];

    /// <summary>
    /// Proxmox binds every function of the group but bridges (pci_dev_group_bind_to_vfio in PVE/SysFSTools.pm), libvirt what the
    /// configuration names.
    /// </summary>
    private ImmutableArray<PciAddress> Taken(VmState state, VmSubject subject) =>
    [
        .. subject.Devices.Where(device => !device.KeepsDriver)
            .SelectMany(device => Chosen(state, device))
            .SelectMany(selector => _endpoints.Selected(selector))
            .Select(_endpoints.At)
            .OfType<PciFunction>()
            .SelectMany(function => state.Vm.Manager.StartTakesWholeGroup ? WithItsGroup(function) : [function])
            .Select(function => function.Address)
            .Distinct()
            .Order(),
    ];

    /// <summary>
    /// A display or a keyboard that an entry names is meant to go. What only this VM uses is not taken from anybody; a function of
    /// which another VM has a part is. Null: nothing critical is known to go, and something that goes can't be judged.
    /// </summary>
    private ImmutableArray<PciAddress>? Critical(ImmutableArray<PciAddress> taken, VmSubject subject)
    {
        var named = subject.Taken.Select(input => input.Function.Address).ToHashSet();
        var vm = subject.Vm.Id;
        bool? IsCritical(PciAddress function) =>
            _parts.PartsOf(function).Any(part => part.Vm != vm) ? true
            : named.Contains(function) && _critical.IsConsole(function) ? false
            : _critical.IsCriticalFor(vm, function);
        ImmutableArray<PciAddress> critical = [.. taken.Where(function => IsCritical(function) == true)];
        return critical.IsEmpty && (!_endpoints.IsComplete || taken.Any(function => IsCritical(function) is null)) ? null : critical;
    }

    /// <summary>The first choice that no other running VM has.</summary>
    private ImmutableArray<PciSelector> Chosen(VmState state, VmDevice device)
    {
        var choice = device.Choices.FirstOrDefault(choice => !choice.Functions.SelectMany(_endpoints.Selected).Any(function => OthersUse(state, function)))
            ?? (device.Choices.IsEmpty ? null : device.Choices[0]);
        return choice?.Functions ?? [];
    }

    private bool OthersUse(VmState state, PciAddress function) =>
        _users.Of(function).Any(user => user.State != state && user.State.HostDependencies(user.Device, user.Choice, function) == true);

    private IEnumerable<PciFunction> WithItsGroup(PciFunction function) =>
        function.Group is null ? [function] : _endpoints.All.Where(other => other.Group == function.Group);
}
