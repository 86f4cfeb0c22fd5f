using System.Globalization;

namespace Passthru.Facts.Values;

/// <summary>Numbers as the kernel prints them into attributes of PCI devices: <c>0x8086</c>, <c>0x060400</c>, without the prefix in some.</summary>
internal static class Hex
{
    public static bool TryParse(ReadOnlySpan<char> text, out uint value)
    {
        if (text.StartsWith("0x"))
        {
            text = text[2..];
        }

        return uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>A vendor or device id.</summary>
    public static bool TryParseId(ReadOnlySpan<char> text, out ushort value)
    {
        var understood = TryParse(text, out var number) && number <= ushort.MaxValue;
        value = understood ? (ushort)number : default;
        return understood;
    }
}
