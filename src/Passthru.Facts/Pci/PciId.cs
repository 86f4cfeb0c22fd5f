using System.Globalization;

namespace Passthru.Facts.Pci;

/// <summary>Vendor and device, or subsystem vendor and subsystem: <c>8086:1572</c>.</summary>
public readonly record struct PciId(ushort Vendor, ushort Device)
{
    /// <summary>Null unless both are known.</summary>
    public static PciId? From(ushort? vendor, ushort? device) => vendor is { } v && device is { } d ? new PciId(v, d) : null;

    /// <summary>Understands <c>8086:1572</c>, four digits each.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out PciId id)
    {
        id = default;
        if (text.Length != 9 || text[4] != ':' || !TryHex(text[..4], out var vendor) || !TryHex(text[5..], out var device))
        {
            return false;
        }

        id = new PciId(vendor, device);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Vendor:x4}:{Device:x4}");

    private static bool TryHex(ReadOnlySpan<char> digits, out ushort value) =>
        ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
