using Passthru.Facts.Pci;

namespace Passthru.Facts.KernelLog;

/// <summary>PCI addresses as kernel messages print them.</summary>
internal static class KernelAddress
{
    /// <summary>
    /// Reads an address at the start of a text: <c>0000:01:00.0</c>, <c>01:00.0</c> (domain 0), <c>0x01:0x00.0</c> (Intel, 5.15 to 5.17).
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out PciAddress address, out int length) =>
        TryRead(text, hasFunction: true, out address, out length);

    /// <summary>Reads an address without a function, <c>0000:01:00</c>: function 0.</summary>
    public static bool TryReadSlot(ReadOnlySpan<byte> text, out PciAddress address, out int length) =>
        TryRead(text, hasFunction: false, out address, out length);

    /// <summary>A requester id: bus, device and function in 16 bits.</summary>
    public static PciAddress OfRequester(uint id) => new(0, (byte)(id >> 8), (byte)((id >> 3) & 0x1f), (byte)(id & 7));

    private static bool TryRead(ReadOnlySpan<byte> text, bool hasFunction, out PciAddress address, out int length)
    {
        address = default;
        length = 0;
        if (!TryHex(text, ref length, out var first, out var digits) || !TryByte(text, ref length, (byte)':'))
        {
            return false;
        }

        uint domain = 0, bus = first;
        if (digits >= 4)
        {
            domain = first;
            if (!TryHex(text, ref length, out bus, out digits) || !TryByte(text, ref length, (byte)':'))
            {
                return false;
            }
        }

        if (digits != 2 || !TryHex(text, ref length, out var device, out digits) || digits != 2 || device > 0x1f)
        {
            return false;
        }

        var function = 0;
        if (hasFunction)
        {
            if (!TryByte(text, ref length, (byte)'.') || length == text.Length || text[length] is < (byte)'0' or > (byte)'7')
            {
                return false;
            }

            function = text[length++] - '0';
        }

        address = new PciAddress(domain, (byte)bus, (byte)device, (byte)function);
        return length == text.Length || !char.IsAsciiLetterOrDigit((char)text[length]);
    }

    private static bool TryByte(ReadOnlySpan<byte> text, ref int at, byte expected)
    {
        var isThere = at < text.Length && text[at] == expected;
        at += isThere ? 1 : 0;
        return isThere;
    }

    private static bool TryHex(ReadOnlySpan<byte> text, ref int at, out uint value, out int digits)
    {
        const int most = 8;
        at += text[at..].StartsWith("0x"u8) ? 2 : 0;
        value = 0;
        digits = 0;
        for (; at < text.Length && digits < most && char.IsAsciiHexDigitLower((char)text[at]); at++, digits++)
        {
            value = (value << 4) | (uint)(text[at] <= '9' ? text[at] - '0' : text[at] - 'a' + 10);
        }

        return digits > 0;
    }
}
