using System.Globalization;

namespace Passthru.Facts.Pci;

/// <summary>Vendor and device, or subsystem vendor and subsystem: <c>8086:1572</c>.</summary>
public readonly record struct PciId(ushort Vendor, ushort Device)
{
    /// <summary>Null unless both are known.</summary>
    public static PciId? Of(ushort? vendor, ushort? device) => vendor is { } v && device is { } d ? new PciId(v, d) : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Vendor:x4}:{Device:x4}");
}
