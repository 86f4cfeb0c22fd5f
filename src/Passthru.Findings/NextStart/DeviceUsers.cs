using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms;
using Passthru.Findings.Values;
using Passthru.Findings.Vms;

namespace Passthru.Findings.NextStart;

/// <summary>Which VMs are configured to take which function. Looked up once for all VMs; templates take nothing.</summary>
internal sealed class DeviceUsers
{
    private readonly ILookup<PciAddress, DeviceUser> _byFunction;
    private readonly ILookup<string, DeviceUser> _byGroup;
    private readonly ILookup<PciAddress, DeviceUser> _byPhysicalFunction;

    public DeviceUsers(IEnumerable<VmState> states, EndpointIndex endpoints)
    {
        ImmutableArray<DeviceUser> users =
        [
            .. from state in states
               where !state.Vm.IsTemplate
               from device in state.Vm.Devices
               where !device.IsMediated
               from choice in device.Choices
               from function in choice.Functions.SelectMany(endpoints.Selected)
               select new DeviceUser(state, device, choice, function),
        ];
        _byFunction = users.ToLookup(user => user.Function);
        var there = users.Select(user => (User: user, Function: endpoints.At(user.Function))).Where(pair => pair.Function is not null).ToList();
        _byGroup = there.Where(pair => pair.Function!.Group is not null).ToLookup(pair => pair.Function!.Group!, pair => pair.User);
        _byPhysicalFunction = there.Where(pair => pair.Function!.PhysicalFunction is not null)
            .ToLookup(pair => pair.Function!.PhysicalFunction!.Value, pair => pair.User);
    }

    public IEnumerable<DeviceUser> Of(PciAddress function) => _byFunction[function];

    /// <summary>Users of a member of the group.</summary>
    public IEnumerable<DeviceUser> OfGroup(string group) => _byGroup[group];

    /// <summary>Users of a virtual function of it.</summary>
    public IEnumerable<DeviceUser> OfVirtualFunctions(PciAddress physical) => _byPhysicalFunction[physical];
}

/// <summary>A VM, and an entry of it that may take a function.</summary>
internal readonly record struct DeviceUser(VmState State, VmDevice Device, DeviceAlternative Choice, PciAddress Function)
{
    /// <summary>The entry takes this function and no other. Of several alternatives the manager takes one that is free.</summary>
    public bool IsOnlyChoice => Device.Choices.Length == 1;
}
