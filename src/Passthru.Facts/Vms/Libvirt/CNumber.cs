using System.Globalization;

namespace Passthru.Facts.Vms.Libvirt;

/// <summary>
/// Numbers as strtoul(3) reads them with base 0, which is how libvirt reads those of addresses (virXMLPropUInt, virStrToLong_uip):
/// <c>0x1f</c> is hexadecimal, <c>037</c> octal, <c>31</c> decimal.
/// </summary>
internal static class CNumber
{
    public static bool TryParse(ReadOnlySpan<char> text, out uint value)
    {
        text = text.TrimStart();
        if (text is ['0', 'x' or 'X', ..])
        {
            return uint.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        }

        return text is ['0', _, ..]
            ? TryOctal(text[1..], out value)
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    private static bool TryOctal(ReadOnlySpan<char> digits, out uint value)
    {
        var sum = 0ul;
        foreach (var digit in digits)
        {
            sum = digit is >= '0' and <= '7' && sum <= uint.MaxValue ? (sum << 3) + (uint)(digit - '0') : ulong.MaxValue;
        }

        value = (uint)sum;
        return sum <= uint.MaxValue;
    }
}
