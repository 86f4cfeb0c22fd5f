using Passthru.Facts.Pci;

namespace Passthru.Findings.Isolation;

/// <summary>A function and its place in the tree of buses.</summary>
internal sealed class PciTreeNode
{
    public required PciFunction Function { get; init; }

    /// <summary>Its number in the order in which the kernel makes groups.</summary>
    public required int Index { get; init; }

    /// <summary>The bridge right above; null on a root bus.</summary>
    public required PciTreeNode? Bridge { get; init; }

    /// <summary>Who does its DMA: the controller of its domain with Intel VMD, elsewhere itself (pci_real_dma_dev in arch/x86/pci/common.c).</summary>
    public required PciTreeNode? Controller { get; init; }

    /// <summary>As the kernel corrects it; null where that can't be told.</summary>
    public required PortType? Type { get; init; }

    /// <summary>The group the kernel has put it in; null without one, and for groups that no IOMMU stands behind.</summary>
    public required string? KernelGroup { get; init; }

    /// <summary>Itself and the other functions of its bus, in order.</summary>
    public required PciTreeBus Bus { get; init; }

    public PciAddress Address => Function.Address;

    public bool IsOnRootBus => Bridge is null;

    public bool SharesSlotWith(PciTreeNode other) => this != other && Address.SharesSlotWith(other.Address);

    /// <summary>Bridges above it up to the root bus, nearest first.</summary>
    public IEnumerable<PciTreeNode> Ancestors()
    {
        for (var bridge = Bridge; bridge is not null; bridge = bridge.Bridge)
        {
            yield return bridge;
        }
    }
}

/// <summary>Functions with the same domain and bus number.</summary>
internal sealed class PciTreeBus
{
    public List<PciTreeNode> Nodes { get; } = [];

    /// <summary>One of them does DMA under the name of another.</summary>
    public bool HasAliases { get; private set; }

    public void Add(PciTreeNode node)
    {
        Nodes.Add(node);
        HasAliases |= DmaAliasQuirks.Apply(node.Function);
    }

    /// <summary>Other functions are in the slot of a node.</summary>
    public bool HasSlotPeers(PciTreeNode node)
    {
        foreach (var other in Nodes)
        {
            if (other.SharesSlotWith(node))
            {
                return true;
            }
        }

        return false;
    }
}
