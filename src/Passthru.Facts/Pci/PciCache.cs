using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Pci;

/// <summary>
/// What one read leaves for the next: what does not change as long as a device stays (config space above all, which costs a
/// bus cycle a dword and may wake the device), and names. Keyed so that a device plugged anew is read anew.
/// </summary>
public sealed record PciCache
{
    public static readonly PciCache Empty = new();

    /// <summary>Functions with nothing but what lasts.</summary>
    public IReadOnlyDictionary<DeviceInstance, PciFunction> Lasting { get; init; } = new Dictionary<DeviceInstance, PciFunction>();

    /// <summary>Where the links of the functions lead, as they are written.</summary>
    public IReadOnlyDictionary<string, PciPath> Paths { get; init; } = new Dictionary<string, PciPath>();

    public PciNames Names { get; init; } = PciNames.None;
}

/// <summary>One device for as long as it stays: its address, and its directory in sysfs, which a device plugged anew has anew (kernfs gives no number twice).</summary>
public readonly record struct DeviceInstance(PciAddress Address, FileIdentity Directory);
