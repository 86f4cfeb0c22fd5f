using System.Globalization;

namespace Passthru.Facts.Vms.Libvirt;

/// <summary>
/// Bytes of <c>&lt;memory unit='GiB'&gt;8&lt;/memory&gt;</c>: KiB where nothing is said, <c>MB</c> in steps of 1000, <c>M</c> and
/// <c>MiB</c> in steps of 1024 (virDomainParseMemory, virScaleInteger).
/// </summary>
internal static class MemorySize
{
    public static UInt128? Parse(Element? element) =>
        element is not null
        && ulong.TryParse(element.Text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && BytesOf(element["unit"] ?? "KiB") is { } unit
            ? (UInt128)number * unit
            : null;

    private static ulong? BytesOf(string unit) => unit.ToUpperInvariant() switch
    {
        "B" or "BYTE" or "BYTES" => 1,
        [var prefix] => Power(1024, prefix),
        [var prefix, 'I', 'B'] => Power(1024, prefix),
        [var prefix, 'B'] => Power(1000, prefix),
        _ => null,
    };

    private static ulong? Power(ulong step, char prefix)
    {
        var power = "KMGTPE".IndexOf(prefix);
        if (power < 0)
        {
            return null;
        }

        var bytes = step;
        for (var i = 0; i < power; i++)
        {
            bytes *= step;
        }

        return bytes;
    }
}
