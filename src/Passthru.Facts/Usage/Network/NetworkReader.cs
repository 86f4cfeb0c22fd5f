using Passthru.Facts.Files;
using Passthru.Facts.Pci;

namespace Passthru.Facts.Usage.Network;

/// <summary>From routes, addresses and the switches of guests down to functions.</summary>
internal sealed class NetworkReader
{
    private readonly HostFiles _files;
    private readonly UsageFindings _found;
    private readonly Interfaces _interfaces;
    private readonly OpenVSwitch _openVSwitch;
    private readonly InterfaceStack _stack;
    private readonly RouteTable? _routes;
    private readonly LocalAddresses? _addresses;

    /// <param name="files">The door to the host.</param>
    /// <param name="found">Where to put what is found.</param>
    public NetworkReader(HostFiles files, UsageFindings found)
    {
        _files = files;
        _found = found;
        _interfaces = new Interfaces(files);
        _openVSwitch = new OpenVSwitch(files, _interfaces);
        _routes = RouteTable.Read(files);
        var directory = _routes?.Directory ?? "proc/1/net";
        _addresses = _routes is null ? null : LocalAddresses.Read(files, directory);
        _stack = new InterfaceStack(files, _interfaces, _openVSwitch, _routes, directory);
    }

    /// <summary>What carries a machine at the other end, and what is below that.</summary>
    public Footing Below(Layer layer) => layer switch
    {
        InterfaceLayer face => _stack.Below(face),
        PeerLayer peer => BelowPeer(peer),
        _ => Footing.Unknown("no file tells what it stands on"),
    };

    public void Read()
    {
        if (_routes is not { } routes)
        {
            _found.Unresolved(UseKind.DefaultRoute, "routes", "no table of routes can be seen");
            return;
        }

        if (!routes.IsWhole)
        {
            _found.Unresolved(UseKind.DefaultRoute, "routes", "the tables of routes were not read in full");
        }

        ReadDefaults(routes);
        ReadAddresses(routes);
        ReadRoutes(routes);
        ReadGuestSwitches();
    }

    private void ReadDefaults(RouteTable routes)
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

        _found.Add(descent, Adapters, $"{routes.Directory}/route");
    }

    private void ReadAddresses(RouteTable routes)
    {
        if (_addresses is not { } local)
        {
            _found.Unresolved(UseKind.Address, "addresses", "the addresses of the host were not read in full");
            return;
        }

        var descent = new Descent(UseKind.Address, Below);
        var names = local.Main.SelectMany(routes.ConnectedWith).Select(route => route.Interface).Concat(local.V6.Select(address => address.Interface))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var face in names.Order(StringComparer.Ordinal).Select(_interfaces.ByName).OfType<InterfaceLayer>())
        {
            descent.From("host address", Footing.On(face));
        }

        ReadVrfs(local, names, descent);
        _found.Add(descent, Adapters, null);
    }

    /// <summary>
    /// Addresses of a VRF stand in a table of its own, with no word of the interface. With as many tables as interfaces in VRFs each
    /// has one.
    /// </summary>
    private void ReadVrfs(LocalAddresses local, HashSet<string> named, Descent descent)
    {
        if (local.TablesApart == 0)
        {
            return;
        }

        var members = _interfaces.All.Where(face => IsVrf(face, named)).SelectMany(_interfaces.WaysDown).Where(face => !named.Contains(face.Name)).Distinct().ToList();
        if (members.Count <= local.TablesApart)
        {
            members.ForEach(face => descent.From("host address in a VRF", Footing.On(face)));
        }
        else
        {
            descent.From("host address in a VRF", Footing.OneOf(members.SelectMany(_interfaces.FunctionsOf), "no file tells which interface has it"));
        }
    }

    /// <summary>Stacked on others, and nothing else that stacks. Some kernels say <c>DEVTYPE=vrf</c>, others say nothing.</summary>
    private bool IsVrf(InterfaceLayer face, HashSet<string> named) =>
        Interfaces.IsVirtual(face) && face.Name != "ovs-system" && _interfaces.LowerOf(face).Count > 0
        && _interfaces.TypeOf(face) is var type && (type == "vrf" || (type is null && !named.Contains(face.Name) && !_interfaces.IsBridge(face) && !_interfaces.IsBond(face)));

    /// <summary>Interfaces that packets leave by though they have no address: links of a routed fabric, further default routes.</summary>
    private void ReadRoutes(RouteTable routes)
    {
        var known = _found.Uses.Where(use => use.Kind is UseKind.Address or UseKind.DefaultRoute).Select(use => use.Function).ToHashSet();
        var descent = new Descent(UseKind.Address, Below);
        foreach (var route in routes.OnePerInterface())
        {
            if (_interfaces.ByName(route.Interface) is { } face && _interfaces.FunctionsOf(face).Any(function => !known.Contains(function)))
            {
                descent.From(route.Name, Footing.On(face));
            }
        }

        _found.AddUses(descent);
        if (routes.HasForeignHops(name => _interfaces.ByName(name) is { } face && _interfaces.LeadsToHardware(face)))
        {
            known.UnionWith(descent.Uses.Select(use => use.Function));
            var others = _interfaces.All.Where(face => _addresses?.LinkLocal.Contains(face.Name) == true).SelectMany(_interfaces.FunctionsOf);
            _found.Unresolved(UseKind.DefaultRoute, "further next hops", "of a route with several the kernel prints the first", others.Where(function => !known.Contains(function)));
        }
    }

    private void ReadGuestSwitches()
    {
        foreach (var (port, owner, name, footing) in new GuestSwitches(_interfaces, _openVSwitch).Read())
        {
            var descent = new Descent(UseKind.GuestNetwork, Below, owner);
            descent.From($"{port} on {name}", footing);
            _found.Add(descent, Adapters, null);
        }
    }

    private Footing BelowPeer(PeerLayer peer)
    {
        if (_addresses?.Has(peer.Address) == true || peer.Address.IsLoopback)
        {
            return Footing.Nothing;
        }

        var faces = (_routes?.To(peer.Address) ?? []).Select(route => _interfaces.ByName(route.Interface)).OfType<InterfaceLayer>().ToList();
        return faces.Count > 0 ? Footing.On(faces) : Footing.OneOf(Adapters, "no route leads there");
    }

    /// <summary>Functions of all adapters.</summary>
    private IEnumerable<PciAddress> Adapters => _interfaces.All.Where(face => !Interfaces.IsVirtual(face)).SelectMany(_interfaces.FunctionsOf);

    private Footing On(Route route) =>
        _interfaces.ByName(route.Interface) is { } face ? Footing.On(face) : Footing.OneOf(Adapters, $"no interface {route.Interface}");
}
