using System.Text.RegularExpressions;
using Passthru.Facts.HostDependencies.Chains;

namespace Passthru.Facts.HostDependencies.Network;

/// <summary>
/// Switches that running guests are on and that an adapter is a port of, and adapters that a guest is on directly (macvtap). A
/// guest's port is a tap that a program has open (<c>tun_flags</c>, <c>operstate</c>), or has a name that a manager of guests gives:
/// Proxmox <c>tap100i0</c>, <c>veth200i0</c>, <c>fwpr100p0</c>, libvirt <c>vnet0</c>, LXC <c>veth…</c>, Xen <c>vif1.0</c>.
/// </summary>
internal sealed partial class VmSwitches(Interfaces interfaces, OpenVSwitch openVSwitch)
{
    /// <summary>Ports of guests, and what they go out by.</summary>
    public IEnumerable<(string Port, UseOwner Owner, string Switch, Backing Backing)> Read()
    {
        foreach (var face in interfaces.All.Where(Interfaces.IsVirtual))
        {
            if (interfaces.LowerOf(face) is { Count: > 1 } ports)
            {
                foreach (var port in ports.Where(IsVmPort))
                {
                    var footing = openVSwitch.Beside(port.Name) is { } beside && face.Name == "ovs-system" ? beside : Backing.On(interfaces.WaysDown(face));
                    yield return (port.Name, OwnerOf(port.Name), face.Name, footing);
                }
            }
            else if (face.Name.StartsWith("macvtap", StringComparison.Ordinal) && interfaces.WaysDown(face).FirstOrDefault() is { } adapter)
            {
                yield return (face.Name, new UseOwner(), adapter.Name, Backing.On(adapter));
            }
        }
    }

    private bool IsVmPort(InterfaceLayer port) =>
        Interfaces.IsVirtual(port) && !interfaces.LeadsToHardware(port) && (interfaces.IsTap(port) || VmName().IsMatch(port.Name)) && !interfaces.IsDown(port);

    private static UseOwner OwnerOf(string port) =>
        ProxmoxPort().Match(port) is { Success: true } match
            ? match.Groups[1].ValueSpan is "veth" ? new UseOwner { Container = match.Groups[2].Value } : new UseOwner { Vm = match.Groups[2].Value }
            : new UseOwner();

    [GeneratedRegex("^(tap|fwpr|veth)([0-9]+)[ip][0-9]+$")]
    private static partial Regex ProxmoxPort();

    [GeneratedRegex("^(tap|fwpr[0-9]+p|vnet[0-9]|veth|vif[0-9]+\\.|ve-|vb-|vmtap|lxc)")]
    private static partial Regex VmName();
}
