using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Reading;

namespace Passthru.Facts.HostDependencies.Network;

/// <summary>
/// Addresses of the host that others can reach. Sources: <c>fib_trie</c>, which names no interface; <c>if_inet6</c>, which does.
/// Link-local addresses (169.254/16, fe80::/10) reach nobody beyond the cable, such as a BMC behind its USB adapter.
/// </summary>
internal sealed record LocalAddresses
{
    /// <summary>IPv4, in the tables that all use.</summary>
    public required IReadOnlySet<IpAddress> Main { get; init; }

    /// <summary>IPv4, in tables of their own, as VRFs have them.</summary>
    public required IReadOnlySet<IpAddress> WithOwnIssues { get; init; }

    /// <summary>How many such tables have addresses.</summary>
    public required int TablesApart { get; init; }

    public required IReadOnlyList<(IpAddress Address, string Interface)> V6 { get; init; }

    /// <summary>Interfaces with no address but their link-local one, which IPv6 gives to each that is up.</summary>
    public required IReadOnlySet<string> LinkLocal { get; init; }

    /// <summary>Null where addresses can't be seen.</summary>
    public static LocalAddresses? Read(HostReader files, string directory)
    {
        var (main, apart) = (new HashSet<IpAddress>(), new Dictionary<string, HashSet<IpAddress>>(StringComparer.Ordinal));
        var (v6, linkLocal) = (new List<(IpAddress, string)>(), new HashSet<string>(StringComparer.Ordinal));
        return ReadV4(files, $"{directory}/fib_trie", main, apart) && ReadV6(files, $"{directory}/if_inet6", v6, linkLocal)
            ? new LocalAddresses
            {
                Main = main,
                WithOwnIssues = apart.Values.SelectMany(addresses => addresses).ToHashSet(),
                TablesApart = apart.Values.Count(addresses => addresses.Count > 0),
                V6 = v6,
                LinkLocal = linkLocal,
            }
            : null;
    }

    /// <summary>A packet to it does not leave the host.</summary>
    public bool Has(IpAddress address) =>
        address.IsLoopback || Main.Contains(address) || WithOwnIssues.Contains(address) || V6.Any(local => local.Address == address);

    /// <summary>
    /// Tables <c>Main:</c>, <c>Local:</c>, <c>Id 1001:</c>; in them lines <c>|-- 192.0.2.2</c> and below it <c>/32 host LOCAL</c>
    /// (fib_trie_seq_show in net/ipv4/fib_trie.c).
    /// </summary>
    private static bool ReadV4(HostReader files, string path, HashSet<IpAddress> main, Dictionary<string, HashSet<IpAddress>> apart)
    {
        IpAddress? leaf = null;
        var into = main;
        return TextTable.Read(files, path, line =>
        {
            if (line.Length > 0 && char.IsAsciiLetter(line[0]))
            {
                into = line.StartsWith("Id ", StringComparison.Ordinal) ? apart[line] = [] : main;
                return true;
            }

            var text = line.AsSpan().TrimStart();
            if (text.StartsWith("|-- "))
            {
                leaf = IpAddress.TryParse(text[4..], out var address) ? address : null;
                return true;
            }

            var isLocal = leaf is not null && text.StartsWith("/32 host LOCAL");
            if (isLocal && leaf is { IsLoopback: false, IsLinkLocal: false } reachable)
            {
                into.Add(reachable);
            }

            return isLocal;
        }) == true;
    }

    /// <summary>Address, index, length, scope, flags, name (if6_seq_show in net/ipv6/addrconf.c).</summary>
    private static bool ReadV6(HostReader files, string path, List<(IpAddress, string)> v6, HashSet<string> linkLocal)
    {
        var whole = TextTable.Read(files, path, line =>
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 6 || !DevicePath.IsName(fields[5]) || !IpAddress.TryParseHexV6(fields[0], out var address))
            {
                return false;
            }

            if (address.IsLinkLocal)
            {
                linkLocal.Add(fields[5]);
            }
            else if (!address.IsLoopback)
            {
                v6.Add((address, fields[5]));
            }

            return true;
        });
        linkLocal.ExceptWith(v6.Select(it => it.Item2));
        return whole == true || files.Exists(path) == false;
    }
}
