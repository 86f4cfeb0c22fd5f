using System.Globalization;
using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;

namespace Passthru.Facts.HostDependencies.Network;

/// <summary>
/// Interfaces of Open vSwitch. The kernel shows which interfaces are ports, below <c>ovs-system</c> (ovs_netdev_link in
/// net/openvswitch/vport-netdev.c), and keeps to itself to which of the switches each belongs; that is told by
/// <see cref="OvsBridges"/>. An interface that is no port is in question for nothing.
/// </summary>
internal sealed class OpenVSwitch(HostReader files, Interfaces interfaces)
{
    private const string Datapath = "ovs-system";

    /// <summary>A switch that runs in a process: its adapters are on VFIO or another driver for user space.</summary>
    private const string UserDatapath = "ovs-netdev";

    private static readonly string[] UserDrivers = ["vfio-pci", "igb_uio", "uio_pci_generic"];
    private OvsBridges? _bridges;

    private OvsBridges Bridges => _bridges ??= OvsBridges.Read(files);

    /// <summary>Null: there is no such switch here.</summary>
    public Backing? Below(InterfaceLayer face)
    {
        if (face.Name is Datapath or UserDatapath)
        {
            return Backing.Nothing;
        }

        return interfaces.ByName(Datapath) is { } datapath ? BelowPorts(datapath, Bridges.PortsWith(face.Name))
            : interfaces.ByName(UserDatapath) is not null ? Backing.OneOf(UserAdapters(), "a switch in a process, which has adapters of its own")
            : null;
    }

    /// <summary>Adapters that the same switch has as a port has; null: no such port.</summary>
    public Backing? Beside(string port) =>
        interfaces.ByName(Datapath) is { } datapath && interfaces.LowerOf(datapath).Any(lower => lower.Name == port) ? BelowPorts(datapath, Bridges.PortsWith(port)) : null;

    /// <param name="datapath">All switches of the kernel.</param>
    /// <param name="together">Ports known to be in one switch; null: not known.</param>
    private Backing BelowPorts(InterfaceLayer datapath, IReadOnlySet<string>? together)
    {
        var ports = interfaces.WaysDown(datapath).Where(port => together?.Contains(port.Name) != false).ToList();
        return together is not null || ports.Count == 1
            ? Backing.On(ports)
            : Backing.OneOf(ports.SelectMany(interfaces.FunctionsOf), "no file says which ports of Open vSwitch it goes out by");
    }

    /// <summary>Adapters on drivers for user space. Sources: <c>/sys/bus/pci/drivers/NAME</c>, <c>class</c>.</summary>
    private IEnumerable<PciAddress> UserAdapters()
    {
        foreach (var name in UserDrivers.SelectMany(driver => files.Names($"sys/bus/pci/drivers/{driver}") ?? []))
        {
            if (PciAddress.TryParse(name, out var address)
                && files.Text($"sys/bus/pci/devices/{name}/class") is { } code
                && int.TryParse(code.AsSpan(code.StartsWith("0x", StringComparison.Ordinal) ? 2 : 0), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
                && number >> 16 == 0x02)
            {
                yield return address;
            }
        }
    }
}
