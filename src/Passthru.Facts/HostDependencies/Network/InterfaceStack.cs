using System.Text.RegularExpressions;
using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;

namespace Passthru.Facts.HostDependencies.Network;

/// <summary>What an interface stands on, down to the functions of adapters.</summary>
internal sealed partial class InterfaceStack(HostReader files, Interfaces interfaces, OpenVSwitch openVSwitch, RouteTable? routes, string directory)
{
    public Backing Below(InterfaceLayer face)
    {
        // Of a bridge's ports those of VMs and containers end in programs, and are not the way out.
        var lower = interfaces.WaysDown(face).ToList();
        if (DevicePath.FunctionOn(face.Directory) is { } function)
        {
            return Backing.On([new FunctionLayer(function), .. lower]);
        }

        return lower.Count > 0 ? Backing.On(lower)
            : !Interfaces.IsVirtual(face) || face.Name == "lo" || interfaces.IsBridge(face) || interfaces.LowerOf(face).Count > 0 ? Backing.Nothing
            : IsPointToPoint(face) ? BelowPointToPoint()
            : openVSwitch.Below(face) ?? BelowTunnel(face);
    }

    private bool IsPointToPoint(InterfaceLayer face) => face.Name.StartsWith("ppp", StringComparison.Ordinal) || interfaces.TypeOf(face) == "ppp";

    /// <summary>
    /// PPPoE needs no address on its adapter. Source: the last column of <c>/proc/net/pppoe</c> (pppoe_seq_show in
    /// drivers/net/ppp/pppoe.c); where the session is not the kernel's, any adapter that is up and has nothing else to do.
    /// </summary>
    private Backing BelowPointToPoint()
    {
        var named = new List<InterfaceLayer>();
        TextTable.Read(files, $"{directory}/pppoe", line =>
        {
            var face = line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, var name] ? interfaces.ByName(name) : null;
            named.AddRange(face is null ? [] : [face]);
            return face is not null;
        });
        return named.Count > 0 ? Backing.On(named.Distinct()) : Backing.OneOf(IdleAdapters(), "no file says which adapter it runs over");
    }

    /// <summary>Functions of adapters that are up and that no route leaves by.</summary>
    private IEnumerable<PciAddress> IdleAdapters()
    {
        var used = Carriers().SelectMany(interfaces.FunctionsOf).ToHashSet();
        return interfaces.All.Where(face => !Interfaces.IsVirtual(face) && !interfaces.IsDown(face)).SelectMany(interfaces.FunctionsOf).Where(function => !used.Contains(function));
    }

    /// <summary>
    /// A tunnel's packets leave the host by its routes, whose adapters count by themselves; if that is one, it is named. What leads
    /// into containers stays in the host.
    /// </summary>
    private Backing BelowTunnel(InterfaceLayer face) =>
        (interfaces.IsTap(face) || interfaces.TypeOf(face) == "wireguard" || Tunnel().IsMatch(face.Name)) && Carriers().ToList() is [var only]
            ? Backing.On(only)
            : Backing.Nothing;

    [GeneratedRegex("^(wg|tun|tailscale|zt|gre|ipip|sit|ip6tnl|vti|xfrm|ipsec|nordlynx|proton)")]
    private static partial Regex Tunnel();

    private IEnumerable<InterfaceLayer> Carriers() =>
        (routes?.OnePerInterface() ?? []).Select(route => interfaces.ByName(route.Interface)).OfType<InterfaceLayer>().Where(interfaces.LeadsToHardware);
}
