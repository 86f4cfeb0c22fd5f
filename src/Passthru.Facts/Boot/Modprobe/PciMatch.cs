using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using Passthru.Facts.Pci;
using Passthru.Facts.Values;

namespace Passthru.Facts.Boot.Modprobe;

/// <summary>
/// One entry of <c>ids=</c>: <c>vendor:device[:subvendor[:subdevice[:class[:mask]]]]</c>, hexadecimal, as vfio_pci_fill_ids in
/// drivers/vfio/pci/vfio_pci.c scans it and pci_match_one_device compares it. Null is PCI_ANY_ID.
/// </summary>
public sealed record PciMatch(uint? Vendor, uint? Device, uint? Subvendor = null, uint? Subdevice = null, uint Class = 0, uint ClassMask = 0)
{
    private const uint AnyId = 0xffffffff;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>The entries of a list between commas that the kernel would take; it warns of the others and goes on.</summary>
    public static EquatableArray<PciMatch> ParseList(string ids) =>
        [.. ids.Split(',').Select(entry => TryParse(entry, out var match) ? match : null).OfType<PciMatch>()];

    public static bool TryParse(ReadOnlySpan<char> entry, out PciMatch match)
    {
        Span<uint> fields = [0, 0, AnyId, AnyId, 0, 0];
        var count = 0;
        foreach (var part in entry.Split(':'))
        {
            if (count == fields.Length || !TryScanHex(entry[part], out var field, out var isWhole))
            {
                break;
            }

            fields[count++] = field;
            if (!isWhole)
            {
                break;
            }
        }

        match = new PciMatch(Known(fields[0]), Known(fields[1]), Known(fields[2]), Known(fields[3]), fields[4], fields[5]);
        return count >= 2;
    }

    /// <summary>Null: it depends on an id of the function that is not known.</summary>
    public bool? Matches(PciFunction function)
    {
        bool?[] parts =
        [
            Same(Vendor, function.Vendor),
            Same(Device, function.Device),
            Same(Subvendor, function.Subsystem?.Vendor),
            Same(Subdevice, function.Subsystem?.Device),
            ClassMask == 0 ? true : function.Class is { } code ? ((Class ^ code.Code) & ClassMask) == 0 : null,
        ];
        return parts.Contains(false) ? false : parts.Contains(null) ? null : true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Vendor ?? AnyId:x4}:{Device ?? AnyId:x4}");

    private static bool? Same(uint? wanted, ushort? actual) => wanted is null ? true : actual is null ? null : wanted == actual;

    private static uint? Known(uint field) => field == AnyId ? null : field;

    /// <summary>%x of sscanf: leading white space, an optional 0x, then digits up to what is none.</summary>
    private static bool TryScanHex(ReadOnlySpan<char> text, out uint value, out bool isWhole)
    {
        text = text.TrimStart();
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            text = text[2..];
        }

        var end = text.IndexOfAnyExcept(HexDigits);
        isWhole = end < 0;
        return uint.TryParse(isWhole ? text : text[..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
