using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Guests;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Guests;

/// <summary>A virtual machine beside the functions it takes and the machines that want the same, as checks look at it.</summary>
internal sealed class GuestSubject
{
    private readonly Endpoints _endpoints;
    private readonly CriticalRule _critical;
    private readonly ImmutableArray<Guest> _all;

    public GuestSubject(Guest guest, ImmutableArray<Guest> all, Endpoints endpoints, CriticalRule critical, HostFacts facts)
    {
        Guest = guest;
        _all = all;
        _endpoints = endpoints;
        _critical = critical;
        MergesPages = facts.Kernel?.MergesPages;
        Taken = [.. Devices.SelectMany(device => FunctionsOf(device).Select(function => (device, function)))];
    }

    public Guest Guest { get; }

    /// <summary>The host merges equal pages of memory now.</summary>
    public bool? MergesPages { get; }

    /// <summary>Entries that take a whole device.</summary>
    public IEnumerable<GuestDevice> Devices => Guest.Devices.Where(device => !device.IsMediated);

    /// <summary>Functions that are there, with their entries.</summary>
    public ImmutableArray<(GuestDevice Device, PciFunction Function)> Taken { get; }

    /// <summary>Cards with a picture; a 3D controller (0302) has none.</summary>
    public IEnumerable<(GuestDevice Device, PciFunction Function)> Displays =>
        Taken.Where(it => it.Function is { Kind: DeviceKind.Gpu, IsVirtual: false, Class.BaseAndSub: not 0x0302 });

    /// <summary>
    /// Other endpoints of a card of which one is taken, which nobody can use without it, and the sound of a graphics card. What
    /// shares a slot on the root bus is no card, and what the host lives on is nothing to add.
    /// </summary>
    public IEnumerable<PciFunction> LeftOut(PciFunction taken) =>
        from other in _endpoints.All
        where other.Address.SharesSlotWith(taken.Address) && taken is { IsVirtual: false, Path.Parent: not null } && !other.IsVirtual
        where _critical.IsCritical(other.Address) != true
        where Taken.All(it => it.Function.Address != other.Address)
        where (taken.Group is not null && other.Group == taken.Group) || IsSoundOf(other, taken)
        select other;

    /// <summary>Functions that another machine takes as well. Of several choices the manager takes one that is free: those don't clash.</summary>
    public IEnumerable<PciFunction> ClaimedByOthers => Taken.Where(it => it.Device.Choices.Length == 1).Select(it => it.Function)
        .Where(function => OthersTake.Contains(function.Address));

    /// <summary>Functions of whose group another machine takes a different one, and nobody takes the same.</summary>
    public IEnumerable<PciFunction> GroupClaimedByOthers => Taken.Where(it => it.Device.Choices.Length == 1).Select(it => it.Function)
        .Where(function => function.Group is not null
            && !OthersTake.Contains(function.Address)
            && OthersTake.Any(other => other != function.Address && _endpoints.At(other)?.Group == function.Group && Taken.All(it => it.Function.Address != other)));

    /// <summary>Whatever the choice, something of the device is not there, or is another one now.</summary>
    public bool IsMissing(GuestDevice device) =>
        !device.Choices.IsEmpty && device.Choices.All(choice => !IsThere(choice) || IsReplaced(choice) == true);

    /// <summary>A device with another id than the choice names; null where it names none, or nothing is there.</summary>
    public bool? IsReplaced(DeviceChoice choice) =>
        First(choice) is { } first ? Or(Differs(choice.Id, first.Id), Differs(choice.Subsystem, first.Subsystem)) : null;

    /// <summary>The device is in another group than the choice names.</summary>
    public bool? HasMoved(DeviceChoice choice) =>
        choice.Group is not null && First(choice)?.Group is { } group ? group != choice.Group : null;

    private bool IsThere(DeviceChoice choice) => choice.Functions.SelectMany(_endpoints.Selected).All(address => _endpoints.At(address) is not null);

    /// <summary>The ids and the group of a mapping are those of its first function.</summary>
    private PciFunction? First(DeviceChoice choice) => _endpoints.At(_endpoints.First(choice));

    private static bool? Differs(PciId? wanted, PciId? actual) => wanted is null || actual is null ? null : wanted != actual;

    private static bool? Or(bool? one, bool? other) => one is null ? other : other is null ? one : one | other;

    private HashSet<PciAddress> OthersTake => _othersTake ??=
    [
        .. from other in _all
           where !other.IsTemplate && (other.Platform, other.Id) != (Guest.Platform, Guest.Id)
           from device in other.Devices
           where !device.IsMediated && device.Choices.Length == 1
           from selector in device.Choices[0].Functions
           from function in _endpoints.Selected(selector)
           select function,
    ];

    private HashSet<PciAddress>? _othersTake;

    private IEnumerable<PciFunction> FunctionsOf(GuestDevice device) =>
        device.Choices.SelectMany(choice => choice.Functions).SelectMany(_endpoints.Selected).Distinct().Select(_endpoints.At).OfType<PciFunction>();

    private static bool IsSoundOf(PciFunction other, PciFunction taken) =>
        taken.Kind == DeviceKind.Gpu && other.Kind == DeviceKind.Audio && other.Address.Function == taken.Address.Function + 1;
}
