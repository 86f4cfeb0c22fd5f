using Passthru.Facts.Files;

namespace Passthru.Facts.Usage.Network;

/// <summary>From default routes and addresses down to functions.</summary>
internal sealed class NetworkReader
{
    private readonly HostFiles _files;
    private readonly Interfaces _interfaces;
    private readonly RouteTable? _routes;

    public NetworkReader(HostFiles files)
    {
        _files = files;
        _interfaces = new Interfaces(files);
        _routes = RouteTable.Read(files);
    }

    /// <summary>What carries a machine at the other end, and what is below that.</summary>
    public Footing Below(Layer layer) => layer switch
    {
        InterfaceLayer face => _interfaces.Below(face),
        PeerLayer peer => BelowPeer(peer),
        _ => Footing.Unknown("no file tells what it stands on"),
    };

    /// <summary>Adds what is used. False: not everything could be seen, or followed.</summary>
    public bool Read(List<Use> uses) => _routes is { } routes && ReadDefaults(routes, uses) & ReadAddresses(routes, uses) & routes.IsWhole;

    private bool ReadDefaults(RouteTable routes, List<Use> uses)
    {
        var descent = new Descent(UseKind.DefaultRoute, Below);
        foreach (var route in routes.Defaults(v6: false))
        {
            descent.From("default route", On(route));
        }

        foreach (var route in routes.Defaults(v6: true))
        {
            descent.From("IPv6 default route", On(route));
        }

        uses.AddRange(descent.Uses);
        foreach (var why in descent.Untold)
        {
            _files.CannotTell($"{routes.Directory}/route", why);
        }

        return descent.Untold.Count == 0;
    }

    /// <summary>Tunnels and bridges of containers hold addresses and stand on nothing one could follow: that is no trouble here.</summary>
    private bool ReadAddresses(RouteTable routes, List<Use> uses)
    {
        if (HostAddresses.InterfacesWith(_files, routes) is not { } names)
        {
            return false;
        }

        var descent = new Descent(UseKind.Address, Below);
        foreach (var face in names.Select(_interfaces.ByName).OfType<InterfaceLayer>())
        {
            descent.From("host address", Footing.On(face));
        }

        uses.AddRange(descent.Uses);
        return true;
    }

    private Footing BelowPeer(PeerLayer peer)
    {
        var faces = (_routes?.To(peer.Address) ?? []).Select(route => _interfaces.ByName(route.Interface)).OfType<InterfaceLayer>().ToList();
        return faces.Count > 0 ? Footing.On(faces) : Footing.Unknown("no route leads there");
    }

    private Footing On(Route route) =>
        _interfaces.ByName(route.Interface) is { } face ? Footing.On(face) : Footing.Unknown($"no interface {route.Interface}");
}
