using System.Globalization;

namespace Passthru.Facts.Pci;

/// <summary>
/// Where a function sits: domain, bus, device, function. The domain has four hex digits or more: Intel VMD and Hyper-V number
/// theirs from 0x10000 (drivers/pci/controller/vmd.c).
/// </summary>
public readonly record struct PciAddress(uint Domain, byte Bus, byte Device, byte Function) : IComparable<PciAddress>
{
    /// <summary>Device and function as the kernel packs them; with ARI the whole byte is the function.</summary>
    public byte DeviceFunction => (byte)((Device << 3) | Function);

    /// <summary>Understands only the kernel's own form, lower case: <c>0000:01:00.0</c>, <c>10000:e1:00.0</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out PciAddress address)
    {
        address = default;
        var colon = text.IndexOf(':');
        if (colon is < 4 or > 8 || text.Length != colon + 8 || text[colon + 3] != ':' || text[colon + 6] != '.')
        {
            return false;
        }

        if (!TryHex(text[..colon], out var domain)
            || !TryHex(text.Slice(colon + 1, 2), out var bus)
            || !TryHex(text.Slice(colon + 4, 2), out var device) || device > 0x1f
            || text[colon + 7] is < '0' or > '7')
        {
            return false;
        }

        address = new PciAddress(domain, (byte)bus, (byte)device, (byte)(text[colon + 7] - '0'));
        return true;
    }

    public int CompareTo(PciAddress other) => (Domain, Bus, Device, Function).CompareTo((other.Domain, other.Bus, other.Device, other.Function));

    public static bool operator <(PciAddress left, PciAddress right) => left.CompareTo(right) < 0;

    public static bool operator <=(PciAddress left, PciAddress right) => left.CompareTo(right) <= 0;

    public static bool operator >(PciAddress left, PciAddress right) => left.CompareTo(right) > 0;

    public static bool operator >=(PciAddress left, PciAddress right) => left.CompareTo(right) >= 0;

    /// <summary>The same function slot: everything but the function number is equal.</summary>
    public bool SharesSlotWith(PciAddress other) => SharesBusWith(other) && Device == other.Device;

    /// <summary>The same bus of the same domain.</summary>
    public bool SharesBusWith(PciAddress other) => Domain == other.Domain && Bus == other.Bus;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Domain:x4}:{Bus:x2}:{Device:x2}.{Function}");

    private static bool TryHex(ReadOnlySpan<char> digits, out uint value)
    {
        value = 0;
        return !digits.ContainsAnyInRange('A', 'F') && uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
