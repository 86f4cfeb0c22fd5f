using System.Collections.Immutable;
using Passthru.Facts.Files;

namespace Passthru.Facts.Pci;

/// <summary>
/// What one read leaves for the next: config space, which costs a bus cycle a dword, may wake a device, and does not change
/// as long as the device stays; and names. Keyed so that a device plugged anew is read anew.
/// </summary>
public sealed record PciMemory
{
    public static readonly PciMemory Empty = new();

    public ImmutableDictionary<DeviceInstance, ConfigSpace> Config { get; init; } = ImmutableDictionary<DeviceInstance, ConfigSpace>.Empty;

    public PciNames Names { get; init; } = PciNames.None;
}

/// <summary>One device for as long as it stays: its address, its directory in sysfs, which a device plugged anew has anew, and its ids.</summary>
public readonly record struct DeviceInstance(PciAddress Address, FileIdentity Directory, PciId? Id);
