using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;

namespace Passthru.Facts.HostDependencies.Network;

/// <summary>From routes, addresses and the switches of guests down to functions.</summary>
internal sealed class NetworkReader
{
    private readonly HostReader _files;
    private readonly DependencyCollector _found;
    private readonly Interfaces _interfaces;
    private readonly OpenVSwitch _openVSwitch;
    private readonly InterfaceStack _stack;
    private readonly RouteTable? _routes;
    private readonly LocalAddresses? _addresses;

    /// <param name="files">The door to the host.</param>
    /// <param name="found">Where to put what is found.</param>
    public NetworkReader(HostReader files, DependencyCollector found)
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
    public Backing Below(StackLayer layer) => layer switch
    {
        InterfaceLayer face => _stack.Below(face),
        RemoteLayer peer => BelowPeer(peer),
        _ => Backing.Unknown("no file says what it stands on"),
    };

    public void Read()
    {
        if (_routes is not { } routes)
        {
            _found.Unresolved(HostDependencyKind.DefaultRoute, "routes", "no table of routes can be seen");
            return;
        }

        if (!routes.IsWhole)
        {
            _found.Unresolved(HostDependencyKind.DefaultRoute, "routes", "the tables of routes were not read in full");
        }

        ReadDefaults(routes);
        ReadAddresses(routes);
        ReadRoutes(routes);
        ReadVmSwitches();
    }

    private void ReadDefaults(RouteTable routes)
    {
        var descent = new DependencyWalk(HostDependencyKind.DefaultRoute, Below);
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
            _found.Unresolved(HostDependencyKind.Address, "addresses", "the addresses of the host were not read in full");
            return;
        }

        var descent = new DependencyWalk(HostDependencyKind.Address, Below);
        var names = local.Main.SelectMany(routes.ConnectedWith).Select(route => route.Interface).Concat(local.V6.Select(address => address.Interface))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var face in names.Order(StringComparer.Ordinal).Select(_interfaces.ByName).OfType<InterfaceLayer>())
        {
            descent.From("host address", Backing.On(face));
        }

        ReadVrfs(local, names, descent);
        _found.Add(descent, Adapters, null);
    }

    /// <summary>
    /// Addresses of a VRF stand in a table of its own, with no word of the interface. With as many tables as interfaces in VRFs each
    /// has one.
    /// </summary>
    private void ReadVrfs(LocalAddresses local, HashSet<string> named, DependencyWalk descent)
    {
        if (local.TablesApart == 0)
        {
            return;
        }

        var members = _interfaces.All.Where(face => IsVrf(face, named)).SelectMany(_interfaces.WaysDown).Where(face => !named.Contains(face.Name)).Distinct().ToList();
        if (members.Count <= local.TablesApart)
        {
            members.ForEach(face => descent.From("host address in a VRF", Backing.On(face)));
        }
        else
        {
            descent.From("host address in a VRF", Backing.OneOf(members.SelectMany(_interfaces.FunctionsOf), "no file says which interface has it"));
        }
    }

    /// <summary>Stacked on others, and nothing else that stacks. Some kernels say <c>DEVTYPE=vrf</c>, others say nothing.</summary>
    private bool IsVrf(InterfaceLayer face, HashSet<string> named) =>
        Interfaces.IsVirtual(face) && face.Name != "ovs-system" && _interfaces.LowerOf(face).Count > 0
        && _interfaces.TypeOf(face) is var type && (type == "vrf" || (type is null && !named.Contains(face.Name) && !_interfaces.IsBridge(face) && !_interfaces.IsBond(face)));

    /// <summary>Interfaces that packets leave by though they have no address: links of a routed fabric, further default routes.</summary>
    private void ReadRoutes(RouteTable routes)
    {
        var known = _found.HostDependencies.Where(use => use.Kind is HostDependencyKind.Address or HostDependencyKind.DefaultRoute).Select(use => use.Function).ToHashSet();
        var descent = new DependencyWalk(HostDependencyKind.Address, Below);
        foreach (var route in routes.OnePerInterface())
        {
            if (_interfaces.ByName(route.Interface) is { } face && _interfaces.FunctionsOf(face).Any(function => !known.Contains(function)))
            {
                descent.From(route.Name, Backing.On(face));
            }
        }

        _found.AddUses(descent);
        if (routes.HasForeignHops(name => _interfaces.ByName(name) is { } face && _interfaces.LeadsToHardware(face)))
        {
            known.UnionWith(descent.HostDependencies.Select(use => use.Function));
            var others = _interfaces.All.Where(face => _addresses?.LinkLocal.Contains(face.Name) == true).SelectMany(_interfaces.FunctionsOf);
            _found.Unresolved(HostDependencyKind.DefaultRoute, "further next hops", "of a route with several the kernel prints the first", others.Where(function => !known.Contains(function)));
        }
    }

    private void ReadVmSwitches()
    {
        foreach (var (port, owner, name, footing) in new VmSwitches(_interfaces, _openVSwitch).Read())
        {
            var descent = new DependencyWalk(HostDependencyKind.GuestNetwork, Below, owner);
            descent.From($"{port} on {name}", footing);
            _found.Add(descent, Adapters, null);
        }
    }

    private Backing BelowPeer(RemoteLayer peer)
    {
        if (_addresses?.Has(peer.Address) == true || peer.Address.IsLoopback)
        {
            return Backing.Nothing;
        }

        var faces = (_routes?.To(peer.Address) ?? []).Select(route => _interfaces.ByName(route.Interface)).OfType<InterfaceLayer>().ToList();
        return faces.Count > 0 ? Backing.On(faces) : Backing.OneOf(Adapters, "no route leads there");
    }

    /// <summary>Functions of all adapters.</summary>
    private IEnumerable<PciAddress> Adapters => _interfaces.All.Where(face => !Interfaces.IsVirtual(face)).SelectMany(_interfaces.FunctionsOf);

    private Backing On(Route route) =>
        _interfaces.ByName(route.Interface) is { } face ? Backing.On(face) : Backing.OneOf(Adapters, $"no interface {route.Interface}");
}
