using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms;
using Passthru.Findings.HostCritical;
using Passthru.Findings.Values;
using Passthru.Findings.Vms;

namespace Passthru.Findings.NextStart;

/// <summary>A VM beside the functions that it takes at its next start and the VMs that want the same, as checks look at it.</summary>
internal sealed class VmSubject
{
    private readonly DeviceUsers _users;
    private readonly HostCriticalAssessor _critical;

    public VmSubject(VmState state, DeviceUsers users, EndpointIndex endpoints, HostCriticalAssessor critical, HostFacts facts)
    {
        State = state;
        Endpoints = endpoints;
        Facts = facts;
        _users = users;
        _critical = critical;
        Taken = [.. Devices.SelectMany(device => FunctionsOf(device).Select(function => (device, function)))];
    }

    public VmState State { get; }

    public EndpointIndex Endpoints { get; }

    public HostFacts Facts { get; }

    public Vm Vm => State.Vm;

    /// <summary>The host merges equal pages of memory now.</summary>
    public bool? MergesPages => Facts.Kernel?.MergesPages;

    /// <summary>Every function that is there, and every definition of a VM, could be read.</summary>
    public bool AllSeen => Endpoints.IsComplete && Facts.Managers.All(section => section.DefinitionsComplete);

    /// <summary>Entries that take a whole device.</summary>
    public IEnumerable<VmDevice> Devices => Vm.Devices.Where(device => !device.IsMediated);

    /// <summary>Entries that take a part of one.</summary>
    public IEnumerable<VmDevice> Parts => Vm.Devices.Where(device => device.IsMediated);

    /// <summary>Functions that are there, with their entries.</summary>
    public ImmutableArray<(VmDevice Device, PciFunction Function)> Taken { get; }

    /// <summary>GPUs that can show a picture; a 3D controller (class 0302) and a virtual function cannot.</summary>
    public IEnumerable<(VmDevice Device, PciFunction Function)> Gpus =>
        Taken.Where(input => input.Function is { Kind: DeviceKind.Gpu, IsVirtual: false, Class.BaseAndSub: not 0x0302 });

    /// <summary>
    /// GPUs that the guest shows its picture on: those with <c>x-vga</c>, else all where the VM has neither a virtual display nor a
    /// serial console. Beside one of these a GPU computes, and nobody looks at it.
    /// </summary>
    public IEnumerable<(VmDevice Device, PciFunction Function)> Displays =>
        Gpus.Any(gpu => gpu.Device.IsPrimaryDisplay == true) ? Gpus.Where(gpu => gpu.Device.IsPrimaryDisplay == true)
        : Vm.HasVirtualDisplay == false && !(Vm.HasSerialConsole && Vm.IsWindows != true) ? Gpus
        : [];

    /// <summary>
    /// Other endpoints of a card of which one is taken, which nobody can use without it, and the sound of a GPU. What shares a slot
    /// on the root bus is no card, and what the host lives on is nothing to add.
    /// </summary>
    public IEnumerable<PciFunction> LeftOut(PciFunction taken) =>
        from other in Endpoints.All
        where other.Address.SharesSlotWith(taken.Address) && taken is { IsVirtual: false, Path.Parent: not null } && !other.IsVirtual
        where _critical.IsCritical(other.Address) != true
        where Taken.All(input => input.Function.Address != other.Address)
        where (taken.Group is not null && other.Group == taken.Group) || IsSoundOf(other, taken)
        select other;

    /// <summary>Entries of other VMs that take the function, and no alternative to it.</summary>
    public IEnumerable<DeviceUser> OthersTake(PciFunction function) => Others(_users.Of(function.Address));

    /// <summary>Entries of other VMs that take another function of its group, where nobody takes the same.</summary>
    public IEnumerable<DeviceUser> OthersTakeFromGroup(PciFunction function) =>
        function.Group is null || OthersTake(function).Any() ? []
        : Others(_users.OfGroup(function.Group)).Where(user => Taken.All(input => input.Function.Address != user.Function));

    /// <summary>Entries of other VMs that take a virtual function of it.</summary>
    public IEnumerable<DeviceUser> OthersTakeVirtualFunctions(PciFunction function) => Others(_users.OfVirtualFunctions(function.Address));

    /// <summary>Whatever the choice, something of the device is not there, or is another one now.</summary>
    public bool IsMissing(VmDevice device) =>
        !device.Choices.IsEmpty && device.Choices.All(choice => !IsThere(choice) || IsReplaced(choice) == true);

    public bool IsThere(DeviceAlternative choice) => choice.Functions.SelectMany(Endpoints.Selected).All(address => Endpoints.At(address) is not null || Endpoints.IsUnseen(address));

    /// <summary>A device with another id than the choice names, which are those of its first function; null where it names none, or nothing is there.</summary>
    private bool? IsReplaced(DeviceAlternative choice) =>
        Endpoints.At(Endpoints.First(choice)) is { } first ? Or(Differs(choice.Id, first.Id), Differs(choice.Subsystem, first.Subsystem)) : null;

    private IEnumerable<DeviceUser> Others(IEnumerable<DeviceUser> users) => users.Where(user => user.State != State && user.IsOnlyChoice);

    private static bool? Differs(PciId? wanted, PciId? actual) => wanted is null || actual is null ? null : wanted != actual;

    private static bool? Or(bool? one, bool? other) => one is null ? other : other is null ? one : one | other;

    private IEnumerable<PciFunction> FunctionsOf(VmDevice device) =>
        device.Choices.SelectMany(choice => choice.Functions).SelectMany(Endpoints.Selected).Distinct().Select(Endpoints.At).OfType<PciFunction>();

    private static bool IsSoundOf(PciFunction other, PciFunction taken) =>
        taken.Kind == DeviceKind.Gpu && other.Kind == DeviceKind.Audio && other.Address.Function == taken.Address.Function + 1;
}
