using Passthru.Facts.Files;

namespace Passthru.Facts.Usage.Network;

/// <summary>
/// Interfaces that hold an address which others can reach. Sources: <c>if_inet6</c>, which names the interface; for IPv4
/// <c>fib_trie</c>, which does not: there it is the interface of the address's own network in <c>route</c>. An IPv4 address
/// without a network of its own (/32) is not attributed to any, and in a VRF it can't be.
/// </summary>
internal static class HostAddresses
{
    /// <summary>Null where addresses can't be seen.</summary>
    public static SortedSet<string>? InterfacesWith(HostFiles files, RouteTable routes)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        var local = ReadV4(files, $"{routes.Directory}/fib_trie");
        if (local is null || !ReadV6(files, $"{routes.Directory}/if_inet6", names))
        {
            return null;
        }

        names.UnionWith(local.SelectMany(routes.ConnectedWith).Select(route => route.Interface));
        if (local.Any(address => routes.ConnectedWith(address).Count == 0) && FirstVrf(files) is { } vrf)
        {
            files.CannotTell($"{routes.Directory}/fib_trie", $"addresses in VRF {vrf}: no file tells their interfaces");
            return null;
        }

        return names;
    }

    /// <summary>Source: <c>DEVTYPE=vrf</c> in <c>/sys/class/net/NAME/uevent</c> (drivers/net/vrf.c). Routes of a VRF are not in the main table.</summary>
    private static string? FirstVrf(HostFiles files)
    {
        var faces = new Interfaces(files);
        return (files.Names("sys/class/net") ?? []).FirstOrDefault(name =>
            faces.ByName(name) is { } face
            && DevicePath.IsVirtual(face.Directory)
            && files.Text($"{face.Directory}/uevent")?.Contains("DEVTYPE=vrf", StringComparison.Ordinal) == true);
    }

    /// <summary>
    /// Lines <c>|-- 192.0.2.2</c> and below it <c>/32 host LOCAL</c> (fib_trie_seq_show in net/ipv4/fib_trie.c); the main and the
    /// local table print the same trie.
    /// </summary>
    private static HashSet<IpAddress>? ReadV4(HostFiles files, string path)
    {
        var local = new HashSet<IpAddress>();
        IpAddress? leaf = null;
        var whole = TextTable.Read(files, path, line =>
        {
            var text = line.AsSpan().TrimStart();
            if (text.StartsWith("|-- "))
            {
                leaf = IpAddress.TryParse(text[4..], out var address) ? address : null;
                return true;
            }

            var isLocal = leaf is not null && text.StartsWith("/32 host LOCAL");
            if (isLocal && leaf!.Value.Bits >> 24 != 127)
            {
                local.Add(leaf.Value);
            }

            return isLocal;
        });
        return whole == true ? local : null;
    }

    /// <summary>
    /// Address, index, length, scope, flags, name (if6_seq_show in net/ipv6/addrconf.c). Every interface that is up has a
    /// link-local address (scope 20), a bridge of virtual machines too; that one says nothing.
    /// </summary>
    private static bool ReadV6(HostFiles files, string path, SortedSet<string> names)
    {
        var whole = TextTable.Read(files, path, line =>
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var isReachable = fields.Length >= 6 && fields[0].Length == 32 && fields[3] is "00" or "40" && DevicePath.IsName(fields[5]);
            if (isReachable)
            {
                names.Add(fields[5]);
            }

            return isReachable;
        });
        return whole == true || files.Exists(path) == false;
    }
}
