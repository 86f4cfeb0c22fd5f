namespace Passthru.Findings.Isolation;

/// <summary>
/// The kernel's grouping: pci_device_group and its helpers in drivers/iommu/iommu.c, word for word the same from Linux 6.1 to
/// 7.2. It takes function after function, puts each into a group that is already there or into a new one, and never joins two.
/// </summary>
internal sealed class GroupingModel
{
    private readonly AcsModel _rule;
    private readonly bool _trusting;
    private readonly int?[] _groups;
    private readonly bool?[] _isolated;
    private readonly bool?[] _pathIsolated;

    private GroupingModel(PciTree tree, AcsModel rule, bool trusting)
    {
        _rule = rule;
        _trusting = trusting;
        _groups = new int?[tree.Nodes.Count];
        _isolated = new bool?[tree.Nodes.Count];
        _pathIsolated = new bool?[tree.Nodes.Count];
    }

    /// <summary>Something was asked that can't be told, and taken one way or the other.</summary>
    private bool MetUnknown { get; set; }

    /// <summary>Groups all functions that have a group with the kernel.</summary>
    /// <param name="tree">The functions.</param>
    /// <param name="rule">Who is isolated.</param>
    /// <param name="trusting">What can't be told is taken to keep functions apart, else to put them together.</param>
    /// <param name="metUnknown">Something that can't be told was asked for.</param>
    public static GroupLayout Group(PciTree tree, AcsModel rule, bool trusting, out bool metUnknown)
    {
        var model = new GroupingModel(tree, rule, trusting);
        foreach (var node in tree.Nodes.Where(node => node.KernelGroup is not null))
        {
            model._groups[node.Index] = model.Place(node) ?? node.Index;
        }

        metUnknown = model.MetUnknown;
        return new GroupLayout(tree.Nodes, model._groups);
    }

    /// <summary>The group to join; null for a new one.</summary>
    private int? Place(PciTreeNode node)
    {
        var top = node.Controller ?? node;
        return OfAlias(ref top) ?? OfUnprotectedBridge(ref top) ?? OfBusAlias(top, null) ?? OfSlotPeer(top, null);
    }

    /// <summary>pci_for_each_dma_alias: climbs to the last function in whose name the DMA may arrive.</summary>
    private int? OfAlias(ref PciTreeNode top)
    {
        if (_groups[top.Index] is { } own)
        {
            return own;
        }

        for (var bridge = top.Bridge; bridge is not null; bridge = bridge.Bridge)
        {
            if (IsTranslationRoot(bridge))
            {
                break;
            }

            if (Known(TakesOver(bridge), isolated: false))
            {
                top = bridge;
                if (_groups[bridge.Index] is { } group)
                {
                    return group;
                }
            }
        }

        return null;
    }

    /// <summary>Climbs on to where nothing above hands requests to neighbours.</summary>
    private int? OfUnprotectedBridge(ref PciTreeNode top)
    {
        for (var bridge = top.Bridge; bridge is not null; bridge = bridge.Bridge)
        {
            if (IsPathIsolated(bridge))
            {
                break;
            }

            top = bridge;
            if (_groups[bridge.Index] is { } group)
            {
                return group;
            }
        }

        return null;
    }

    /// <summary>get_pci_alias_group</summary>
    private int? OfBusAlias(PciTreeNode node, HashSet<PciTreeNode>? visited)
    {
        if (_groups[node.Index] is { } own || !node.Bus.HasAliases)
        {
            return _groups[node.Index];
        }

        visited ??= [];
        if (!visited.Add(node))
        {
            return null;
        }

        foreach (var other in node.Bus.Nodes.Where(other => other != node && AreAliases(node, other)))
        {
            if ((OfBusAlias(other, visited) ?? OfSlotPeer(other, visited)) is { } group)
            {
                return group;
            }
        }

        return null;
    }

    /// <summary>get_pci_function_alias_group</summary>
    private int? OfSlotPeer(PciTreeNode node, HashSet<PciTreeNode>? visited)
    {
        if (!node.Bus.HasSlotPeers(node) || !Known(node.Function.Multifunction, isolated: false) || IsIsolated(node))
        {
            return null;
        }

        foreach (var other in node.Bus.Nodes)
        {
            if (other.SharesSlotWith(node) && !IsIsolated(other) && OfBusAlias(other, visited) is { } group)
            {
                return group;
            }
        }

        return null;
    }

    /// <summary>
    /// What is below a conventional bridge, or one from PCI Express to PCI, sends its requests in the bridge's name. A kernel
    /// that excepts AST1150 (7.2) groups the same way: such a bridge is not isolated either.
    /// </summary>
    private static bool? TakesOver(PciTreeNode bridge) => bridge.Type is { } type
        ? type is PortType.NotExpress or PortType.ExpressToPciBridge or PortType.PciToExpressBridge
        : null;

    /// <summary>quirk_bridge_cavm_thrx2_pcie_root: the translation unit of Broadcom's (Cavium's) Vulcan and ThunderX2 sits at this bridge.</summary>
    private static bool IsTranslationRoot(PciTreeNode bridge) => bridge.Function is { Vendor: 0x14e4, Device: 0x9000 or 0x9084 };

    private bool AreAliases(PciTreeNode one, PciTreeNode other) =>
        Known(IsAlias(one, other), isolated: false) || Known(IsAlias(other, one), isolated: false);

    private bool? IsAlias(PciTreeNode one, PciTreeNode other) => DmaAliasQuirks.IsAlias(one.Function, other.Address.DeviceFunction) is var alias && alias == false
        ? false
        : _rule.Has(DmaAliasQuirks.SinceOf(one.Function)) is var has && has == false ? false : alias & has;

    /// <summary>pci_acs_path_enabled</summary>
    private bool IsPathIsolated(PciTreeNode bridge) =>
        _pathIsolated[bridge.Index] ??= IsIsolated(bridge) && (bridge.Bridge is null || IsPathIsolated(bridge.Bridge));

    private bool IsIsolated(PciTreeNode node) => _isolated[node.Index] ??= Known(_rule.Isolates(node), isolated: true);

    /// <param name="answer">What was asked; null is: can't be told.</param>
    /// <param name="isolated">The answer that keeps functions apart.</param>
    private bool Known(bool? answer, bool isolated)
    {
        MetUnknown |= answer is null;
        return answer ?? (_trusting ? isolated : !isolated);
    }
}
