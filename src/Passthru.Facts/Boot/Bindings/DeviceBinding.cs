using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Pci;
using Passthru.Facts.Values;

namespace Passthru.Facts.Boot.Bindings;

/// <summary>A file that has devices bound to a driver at every boot.</summary>
/// <param name="Source">What kind of file.</param>
/// <param name="At">Where it stands.</param>
public sealed record DeviceBinding(BindingSource Source, ConfigLine At)
{
    /// <summary>The device's address; null where its id alone counts.</summary>
    public PciSelector? Address { get; init; }

    /// <summary>A pattern that the address has to match (<c>0000:01:00.[01]</c>, glob(7)); null: any does.</summary>
    public string? AddressPattern { get; init; }

    /// <summary>The ids that the device has to have; null: any do.</summary>
    public PciMatch? Id { get; init; }

    /// <summary>From whom it gets the device.</summary>
    public BindingReach Reach { get; init; }

    /// <summary>The function certainly is one that it means.</summary>
    public bool Covers(PciFunction function) =>
        (Address is not { } address || address.Covers(function.Address))
        && (AddressPattern is null || Glob.Matches(AddressPattern, function.Address.ToString()))
        && (Id is null || Id.Matches(function) == true);
}

/// <summary>From whom a binding gets its device.</summary>
public enum BindingReach
{
    /// <summary>From any driver: it unbinds the one that has it.</summary>
    FromAnyDriver,

    /// <summary>From drivers that udev loads later; who has it before, stays.</summary>
    FromLaterDrivers,

    /// <summary>From none: it comes after the drivers that udev loads for the device.</summary>
    FromNone,
}

/// <summary>Who binds.</summary>
public enum BindingSource
{
    /// <summary>Unraid's <c>/boot/config/vfio-pci.cfg</c>.</summary>
    Unraid,

    /// <summary>A rule of udev that sets <c>driver_override</c>.</summary>
    Udev,
}
