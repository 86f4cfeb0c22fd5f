using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Reading;

namespace Passthru.Facts.HostDependencies.Network;

/// <summary>
/// Where packets go. Sources: <c>/proc/1/net/route</c> and <c>/proc/1/net/ipv6_route</c>, the network of process 1; where that
/// process is hidden, those of <c>/proc/self</c>. Of a route with several next hops the kernel prints the first (IPv4).
/// </summary>
internal sealed class RouteTable
{
    private readonly Dictionary<(IpAddress Network, int Length), List<Route>> _routes = [];

    /// <summary>The directory they were read from, and the other files of the network are in.</summary>
    public required string Directory { get; init; }

    /// <summary>Every route was read.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Null where no network can be seen.</summary>
    public static RouteTable? Read(HostReader files)
    {
        if (TextTable.FirstOf(files, "proc/1/net/route", "proc/self/net/route") is not { } path)
        {
            return null;
        }

        var table = new RouteTable { Directory = DevicePath.ParentOf(path) };
        var ipv4 = TextTable.Read(files, path, line => table.Add(Route.OfV4(line)));
        var ipv6 = TextTable.Read(files, $"{table.Directory}/ipv6_route", line => table.Add(Route.OfV6(line)));
        table.IsWhole = ipv4 == true && (ipv6 == true || files.Exists($"{table.Directory}/ipv6_route") == false);
        return ipv4 is null ? null : table;
    }

    /// <summary>The default routes that are used: those with the least metric.</summary>
    public IReadOnlyList<Route> Defaults(bool v6) => Best(_routes.GetValueOrDefault((new IpAddress(v6, 0), 0)) ?? []);

    /// <summary>Of each interface that packets to others leave by, the widest route.</summary>
    public IEnumerable<Route> OnePerInterface() =>
        _routes.Values.SelectMany(routes => routes).Where(route => route.IsReachable)
            .GroupBy(route => route.Interface)
            .Select(same => same.OrderBy(route => route.Length).ThenBy(route => route.Network.IsV6).ThenBy(route => route.Network.Bits).First())
            .OrderBy(route => route.Interface, StringComparer.Ordinal);

    /// <summary>
    /// Routes of IPv4 whose next hop is on no network of the host: it is reached by IPv6 or a bare interface, and of several such
    /// hops only the first is printed.
    /// </summary>
    /// <param name="isAdapter">An interface that neighbours are reached by, not a tunnel.</param>
    public bool HasForeignHops(Func<string, bool> isAdapter) =>
        _routes.Where(pair => !pair.Key.Network.IsV6).SelectMany(pair => pair.Value)
            .Any(route => route.Gateway is { } gateway ? !Connects(gateway, route.Interface) : route.IsDefault && isAdapter(route.Interface));

    private bool Connects(IpAddress gateway, string name) =>
        !gateway.IsLinkLocal && Longest(gateway, route => !route.HasGateway && !route.IsDefault && route.Interface == name).Count > 0;

    /// <summary>The routes to an address: those of the longest prefix, and of these the ones with the least metric.</summary>
    public IReadOnlyList<Route> To(IpAddress address) => Best(Longest(address, _ => true));

    /// <summary>The routes that an address of the host brought with it: to its own network, without a gateway.</summary>
    public IReadOnlyList<Route> ConnectedWith(IpAddress address) =>
        [.. Longest(address, route => !route.HasGateway && route.Length > 0)];

    private List<Route> Longest(IpAddress address, Func<Route, bool> wanted)
    {
        for (var length = address.Width; length >= 0; length--)
        {
            var routes = _routes.GetValueOrDefault((address.Network(length), length))?.Where(wanted).ToList();
            if (routes is { Count: > 0 })
            {
                return routes;
            }
        }

        return [];
    }

    private static List<Route> Best(List<Route> routes) => [.. routes.Where(route => route.Metric == routes.Min(other => other.Metric))];

    private bool Add(Route? route)
    {
        if (route is null)
        {
            return false;
        }

        var key = (route.Network, route.Length);
        if (!_routes.TryGetValue(key, out var routes))
        {
            _routes[key] = routes = [];
        }

        routes.Add(route);
        return true;
    }
}
