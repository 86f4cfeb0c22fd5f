using Passthru.Facts.Files;

namespace Passthru.Facts.Usage.Network;

/// <summary>
/// Network interfaces and what they stand on. Source: <c>/sys/class/net/NAME</c>, whose real path leads through the function
/// of an adapter; bridges, bonds, teams, VLANs and macvlans have links <c>lower_NAME</c> (netdev_adjacent_sysfs_add in
/// net/core/dev.c).
/// </summary>
internal sealed class Interfaces(HostFiles files)
{
    private const string Lower = "lower_";

    public InterfaceLayer? ByName(string name)
    {
        var link = $"sys/class/net/{name}";
        return DevicePath.IsName(name) && files.Link(link) is { } target ? new InterfaceLayer(name, LinkPath.Resolve(link, target)) : null;
    }

    public Footing Below(InterfaceLayer face)
    {
        // Of a bridge's ports those of virtual machines and containers end in programs, and are not the way out.
        var lower = LowerOf(face).Where(LeadsToHardware).ToList();
        var function = DevicePath.FunctionOn(face.Directory);
        if (function is { } known)
        {
            return Footing.On([new FunctionLayer(known), .. lower]);
        }

        if (lower.Count > 0)
        {
            return Footing.On(lower);
        }

        return DevicePath.IsVirtual(face.Directory) ? BelowVirtual(face) : Footing.Nothing;
    }

    private List<InterfaceLayer> LowerOf(InterfaceLayer face) =>
        [.. (files.Names(face.Directory) ?? [])
            .Where(name => name.StartsWith(Lower, StringComparison.Ordinal))
            .Select(name => ByName(name[Lower.Length..]))
            .OfType<InterfaceLayer>()];

    /// <summary>
    /// Open vSwitch keeps to itself which of its own interfaces goes out by which port; only that a port is in the switch shows,
    /// below <c>ovs-system</c> (ovs_netdev_link in net/openvswitch/vport-netdev.c). One port is the way out, several may be.
    /// </summary>
    private Footing BelowVirtual(InterfaceLayer face)
    {
        if (face.Name == "lo")
        {
            return Footing.Nothing;
        }

        var ports = ByName("ovs-system") is { } datapath && face.Name != "ovs-system" ? LowerOf(datapath).Where(LeadsToHardware).ToList() : [];
        return ports is [var only] ? Footing.On(only) : Footing.Unknown("no file tells what it stands on");
    }

    private bool LeadsToHardware(InterfaceLayer port) => !DevicePath.IsVirtual(port.Directory) || LowerOf(port).Count > 0;
}
