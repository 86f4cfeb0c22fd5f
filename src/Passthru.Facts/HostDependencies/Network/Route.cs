using System.Globalization;
using Passthru.Facts.HostDependencies.Chains;

namespace Passthru.Facts.HostDependencies.Network;

/// <summary>One route of unicast: of IPv4 in the main table, of IPv6 in any.</summary>
internal sealed record Route(IpAddress Network, int Length, string Interface, IpAddress? Gateway, uint Metric)
{
    private const uint Up = 0x0001;        // RTF_UP, include/uapi/linux/route.h
    private const uint ByGateway = 0x0002; // RTF_GATEWAY
    private const uint Reject = 0x0200;    // RTF_REJECT

    public bool HasGateway => Gateway is not null;

    public bool IsDefault => Length == 0;

    /// <summary>Leads to others beyond the cable: no link-local network, no multicast.</summary>
    public bool IsReachable => IsDefault || !(Network.IsLinkLocal || Network.IsMulticast);

    /// <summary><c>default route</c>, <c>route to 10.0.0.82</c>, <c>route to 10.0.0.0/24</c>.</summary>
    public string Name => IsDefault ? "default route" : Length == Network.Width ? $"route to {Network}" : $"route to {Network}/{Length}";

    /// <summary>
    /// A line of <c>/proc/net/route</c> (fib_route_seq_show in net/ipv4/fib_trie.c): interface, destination, gateway, flags,
    /// references, uses, metric, mask. Null for the heading and for what leads nowhere.
    /// </summary>
    public static Route? OfV4(string line)
    {
        var fields = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return fields.Length >= 8
            && IpAddress.TryParseHexV4(fields[1], out var destination)
            && TryHex(fields[3], out var flags)
            && uint.TryParse(fields[6], NumberStyles.None, CultureInfo.InvariantCulture, out var metric)
            && IpAddress.TryParseHexV4(fields[2], out var gateway)
            && IpAddress.TryParseHexV4(fields[7], out var mask)
            ? From(destination, (int)UInt128.PopCount(mask.Bits), fields[0], gateway, flags, metric)
            : null;
    }

    /// <summary>
    /// A line of <c>/proc/net/ipv6_route</c> (rt6_info_route in net/ipv6/route.c): destination, its length, source, its length,
    /// next hop, metric, references, uses, flags, interface.
    /// </summary>
    public static Route? OfV6(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length >= 10
            && IpAddress.TryParseHexV6(fields[0], out var destination)
            && TryHex(fields[1], out var length) && length <= 128
            && IpAddress.TryParseHexV6(fields[4], out var gateway)
            && TryHex(fields[5], out var metric)
            && TryHex(fields[8], out var flags)
            ? From(destination, (int)length, fields[9], gateway, flags, metric)
            : null;
    }

    private static Route? From(IpAddress destination, int length, string name, IpAddress gateway, uint flags, uint metric) =>
        (flags & (Up | Reject)) == Up && name != "lo" && DevicePath.IsName(name)
            ? new Route(destination.Network(length), length, name, (flags & ByGateway) != 0 ? gateway : null, metric)
            : null;

    private static bool TryHex(string digits, out uint value) =>
        uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
