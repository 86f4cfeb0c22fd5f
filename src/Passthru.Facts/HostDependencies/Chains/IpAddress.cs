using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Passthru.Facts.HostDependencies.Chains;

/// <summary>An address as a number, the first bit highest; of IPv4 the lower 32 bits.</summary>
internal readonly record struct IpAddress(bool IsV6, UInt128 Bits)
{
    public int Width => IsV6 ? 128 : 32;

    /// <summary>127/8, ::1.</summary>
    public bool IsLoopback => IsV6 ? Bits == 1 : Bits >> 24 == 127;

    /// <summary>169.254/16 (RFC 3927), fe80::/10 (RFC 4291).</summary>
    public bool IsLinkLocal => IsV6 ? Bits >> 118 == 0xfe80 >> 6 : Bits >> 16 == 0xa9fe;

    /// <summary>224/4, ff00::/8.</summary>
    public bool IsMulticast => IsV6 ? Bits >> 120 == 0xff : Bits >> 28 == 0xe;

    /// <summary><c>192.0.2.1</c>, <c>2001:db8::1</c>, <c>[2001:db8::1]</c>; a zone does not matter.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpAddress address)
    {
        address = default;
        text = text.Trim("[]");
        var zone = text.IndexOf('%');
        if (!IPAddress.TryParse(zone < 0 ? text : text[..zone], out var parsed) || !text.ContainsAny('.', ':'))
        {
            return false;
        }

        var bytes = parsed.GetAddressBytes();
        address = parsed.AddressFamily == AddressFamily.InterNetworkV6
            ? new IpAddress(true, BinaryPrimitives.ReadUInt128BigEndian(bytes))
            : new IpAddress(false, BinaryPrimitives.ReadUInt32BigEndian(bytes));
        return true;
    }

    /// <summary>IPv6 as procfs prints it: 32 hex digits.</summary>
    public static bool TryParseHexV6(ReadOnlySpan<char> digits, out IpAddress address)
    {
        address = default;
        if (digits.Length != 32 || !UInt128.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits))
        {
            return false;
        }

        address = new IpAddress(true, bits);
        return true;
    }

    /// <summary>IPv4 as <c>/proc/net/route</c> prints it: the four bytes as one number of the processor, little-endian wherever there is PCI passthrough.</summary>
    public static bool TryParseHexV4(ReadOnlySpan<char> digits, out IpAddress address)
    {
        address = default;
        if (digits.Length != 8 || !uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        address = new IpAddress(false, BinaryPrimitives.ReverseEndianness(number));
        return true;
    }

    /// <summary>The network of that many bits the address is in.</summary>
    public IpAddress Network(int length) => this with { Bits = length == 0 ? 0 : Bits >> (Width - length) << (Width - length) };

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Bits);
        return new IPAddress(IsV6 ? bytes : bytes[12..]).ToString();
    }
}
