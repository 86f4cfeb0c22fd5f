using System.Collections.Immutable;
using Passthru.Facts.Iommu;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Isolation;

/// <summary>
/// The functions as a tree, bridges before what is below them and the functions of a bus in their order, virtual ones last: so
/// the kernel adds them, and so it makes groups.
/// </summary>
internal sealed class PciTree
{
    private readonly List<PciTreeNode> _nodes = [];
    private readonly Dictionary<PciAddress, PciTreeNode> _byAddress = [];
    private readonly Dictionary<(uint Domain, byte Bus), PciTreeBus> _buses = [];

    private PciTree()
    {
    }

    public IReadOnlyList<PciTreeNode> Nodes => _nodes;

    /// <summary>
    /// Less isolation always makes for larger groups here. Not so where functions are below a bridge that has no group they could
    /// join, nor where DMA aliases lead from slot to slot.
    /// </summary>
    public bool IsPlain =>
        _nodes.All(node => node.KernelGroup is null || node.Ancestors().All(bridge => bridge.KernelGroup is not null))
        && _buses.Values.All(bus => !bus.HasAliases || bus.Nodes.Count == 1);

    /// <summary>Null where it can't be told what hangs where.</summary>
    public static PciTree? Build(PciFacts pci, ImmutableArray<IommuGroup> groups)
    {
        var tree = new PciTree();
        var groupOf = KernelGroups(groups);
        var inOrder = pci.Functions.OrderBy(function => function.Path.Ancestors.Length).ThenBy(function => function.IsVirtual).ThenBy(function => function.Address);
        return inOrder.All(function => tree.TryAdd(function, groupOf.GetValueOrDefault(function.Address))) ? tree : null;
    }

    public PciTreeNode? Find(PciAddress address) => _byAddress.GetValueOrDefault(address);

    /// <summary>VFIO makes groups of its own for devices without an IOMMU and for mediated ones, all of this name (drivers/vfio/group.c).</summary>
    public static bool HasIommu(IommuGroup group) => group.GivenName != "vfio-noiommu";

    private static Dictionary<PciAddress, string> KernelGroups(ImmutableArray<IommuGroup> groups)
    {
        var groupOf = new Dictionary<PciAddress, string>();
        foreach (var group in groups.Where(HasIommu))
        {
            foreach (var address in group.Functions ?? [])
            {
                groupOf[address] = group.Name;
            }
        }

        return groupOf;
    }

    private bool TryAdd(PciFunction function, string? kernelGroup)
    {
        if (!function.Path.IsKnown
            || !TryFind(function.Path.Parent, out var bridge)
            || !TryFind(ControllerOf(function), out var controller)
            || _byAddress.ContainsKey(function.Address))
        {
            return false;
        }

        var node = new PciTreeNode
        {
            Function = function,
            Index = _nodes.Count,
            Bridge = bridge,
            Controller = controller,
            Type = TypeOf(function, bridge),
            KernelGroup = kernelGroup,
            Bus = BusOf(function.Address),
        };
        node.Bus.Add(node);
        _nodes.Add(node);
        _byAddress.Add(function.Address, node);
        return true;
    }

    /// <summary>A domain that begins below a function is that function's: Intel VMD.</summary>
    private static PciAddress? ControllerOf(PciFunction function)
    {
        foreach (var above in function.Path.Ancestors)
        {
            if (above.Domain != function.Address.Domain)
            {
                return above;
            }
        }

        return null;
    }

    private bool TryFind(PciAddress? address, out PciTreeNode? node)
    {
        node = address is { } known ? _byAddress.GetValueOrDefault(known) : null;
        return (node is null) == (address is null);
    }

    private PciTreeBus BusOf(PciAddress address)
    {
        var key = (address.Domain, address.Bus);
        return _buses.TryGetValue(key, out var bus) ? bus : _buses[key] = new PciTreeBus();
    }

    /// <summary>Ports whose type can't be, given the port above, are taken for the other one (set_pcie_port_type in drivers/pci/probe.c).</summary>
    private static PortType? TypeOf(PciFunction function, PciTreeNode? bridge) => (ClaimedType(function), bridge) switch
    {
        (PortType.DownstreamPort or PortType.UpstreamPort, { Type: null }) => null,
        (PortType.DownstreamPort, { Type: PortType.RootPort or PortType.DownstreamPort or PortType.PciToExpressBridge }) => PortType.UpstreamPort,
        (PortType.UpstreamPort, { Type: PortType.UpstreamPort }) => PortType.DownstreamPort,
        (var claimed, _) => claimed,
    };

    /// <summary>A virtual function is an endpoint, whether its config space answers or not (PCIe 6.0, 9.3.5).</summary>
    private static PortType? ClaimedType(PciFunction function) => function.Config switch
    {
        { Express: { } express } => (PortType)express.PortType,
        { CapabilityListComplete: true } => PortType.NotExpress,
        _ => function.IsVirtual ? PortType.Endpoint : null,
    };
}
