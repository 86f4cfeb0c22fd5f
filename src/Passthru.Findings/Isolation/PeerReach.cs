namespace Passthru.Findings.Isolation;

/// <summary>
/// Who could reach whom within a switch: a downstream port that does not redirect requests (PCIe 6.0, 6.12.1) hands them to
/// its siblings, and the IOMMU never sees them. Stricter than the kernel's rule, of which "Fix incorrect iommu_groups with
/// PCIe ACS" (linux-pci, 2025) says the same.
/// </summary>
internal sealed class PeerReach
{
    private readonly AcsModel _rule;
    private readonly bool _trusting;
    private readonly Dictionary<PciTreeNode, List<PciTreeNode>> _below = [];

    /// <summary>Something was asked that can't be told.</summary>
    private bool _metUnknown;

    private PeerReach(PciTree tree, AcsModel rule, bool trusting)
    {
        _rule = rule;
        _trusting = trusting;
        foreach (var endpoint in tree.Nodes.Where(node => node.Function.HeaderType is not (1 or 2)))
        {
            foreach (var port in endpoint.Ancestors().Where(IsSwitchPort))
            {
                (_below.TryGetValue(port, out var below) ? below : _below[port] = []).Add(endpoint);
            }
        }
    }

    /// <summary>For each group that can be reached, the number of endpoints that can.</summary>
    /// <param name="tree">The functions.</param>
    /// <param name="rule">Who is isolated.</param>
    /// <param name="trusting">What can't be told is taken to keep functions apart, else to let them through.</param>
    /// <param name="metUnknown">Something that can't be told was asked for.</param>
    public static Dictionary<string, int> Count(PciTree tree, AcsModel rule, bool trusting, out bool metUnknown)
    {
        var reach = new PeerReach(tree, rule, trusting);
        var reachers = new Dictionary<string, HashSet<PciTreeNode>>();
        foreach (var ports in reach._below.Keys.GroupBy(port => port.Bus))
        {
            reach.AddFromOpenPorts([.. ports], reachers);
        }

        metUnknown = reach._metUnknown;
        return reachers.ToDictionary(it => it.Key, it => it.Value.Count);
    }

    private void AddFromOpenPorts(List<PciTreeNode> ports, Dictionary<string, HashSet<PciTreeNode>> reachers)
    {
        foreach (var open in ports.Where(IsOpen))
        {
            var reached = ports.Where(port => port != open).SelectMany(port => _below[port]).Select(node => node.KernelGroup).OfType<string>();
            foreach (var group in reached.Distinct())
            {
                var others = _below[open].Where(node => node.KernelGroup != group);
                (reachers.TryGetValue(group, out var set) ? set : reachers[group] = []).UnionWith(others);
            }
        }
    }

    /// <summary>On a root bus there is no switch, whatever a port claims to be.</summary>
    private bool IsSwitchPort(PciTreeNode node)
    {
        if (node.IsOnRootBus)
        {
            return false;
        }

        _metUnknown |= node.Type is null;
        return node.Type == PortType.DownstreamPort || (node.Type is null && !_trusting);
    }

    private bool IsOpen(PciTreeNode port)
    {
        var isolates = _rule.Isolates(port);
        _metUnknown |= isolates is null;
        return !(isolates ?? _trusting);
    }
}
