using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Pci;

namespace Passthru.Facts.Boot;

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
}

/// <summary>Who binds.</summary>
public enum BindingSource
{
    /// <summary>Unraid's <c>/boot/config/vfio-pci.cfg</c>.</summary>
    Unraid,

    /// <summary>A rule of udev that sets <c>driver_override</c>.</summary>
    Udev,
}
