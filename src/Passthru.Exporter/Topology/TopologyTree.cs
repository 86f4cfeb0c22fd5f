using System.Collections.Immutable;
using Passthru.Exporter.Metrics;
using Passthru.Facts.Pci;

namespace Passthru.Exporter.Topology;

/// <summary>Hangs each function below the bridge it is behind; virtual ones below their physical one.</summary>
internal sealed class TopologyTree
{
    private readonly TopologyIndex _index;
    private readonly ILookup<PciAddress, PciFunction> _below;
    private readonly ILookup<PciAddress, PciFunction> _virtual;
    private readonly ILookup<string, PciFunction> _onBus;

    public TopologyTree(TopologyIndex index, ImmutableArray<PciFunction> functions)
    {
        _index = index;
        var ordered = functions.OrderBy(function => function.Address).ToList();
        _virtual = ordered.Where(HasPhysical).ToLookup(function => function.PhysicalFunction!.Value);
        var placed = ordered.Where(function => !HasPhysical(function)).ToList();
        _below = placed.Where(function => Bridge(function) is not null).ToLookup(function => Bridge(function)!.Value);
        _onBus = placed.Where(function => Bridge(function) is null).ToLookup(function => function.Path.RootBus ?? "pci (place unknown)");
    }

    public ImmutableArray<TopologyNode> Buses() =>
    [
        .. _onBus.OrderBy(bus => bus.First().Address).Select(bus =>
        {
            ImmutableArray<TopologyNode> below = [.. bus.Select(Node)];
            return new TopologyNode { Address = bus.Key, What = "root bus", Below = below, IsIdle = below.All(node => node.IsIdle) };
        }),
    ];

    /// <summary>The bridge or the controller (Intel VMD) that is nearest above, if it was read; one with as many above it can't be.</summary>
    private PciAddress? Bridge(PciFunction function)
    {
        foreach (var above in function.Path.Ancestors)
        {
            if (_index.Function(above) is { PhysicalFunction: null } bridge && bridge.Path.Ancestors.Length < function.Path.Ancestors.Length)
            {
                return above;
            }
        }

        return null;
    }

    /// <summary>A virtual function of a virtual one there is not.</summary>
    private bool HasPhysical(PciFunction function) =>
        function.PhysicalFunction is { } physical && physical != function.Address && _index.Function(physical) is { PhysicalFunction: null };

    private TopologyNode Node(PciFunction function)
    {
        var device = _index.Device(function.Address);
        var group = _index.Group(function.Group);
        ImmutableArray<TopologyNode> below = [.. _below[function.Address].Select(Node)];
        ImmutableArray<TopologyNode> virtualFunctions = [.. _virtual[function.Address].Select(Node)];
        var vms = _index.VmsOf(function.Address);
        var isWanted = device?.IsCandidate == true || device?.Critical.IsEmpty == false || group?.IsCandidate == true || !vms.IsEmpty;
        return new TopologyNode
        {
            Address = function.Address.ToString(),
            What = TopologyWords.What(function),
            Name = TopologyWords.Name(function),
            Slot = device is null || device.PhysicalSlot == function.Label ? function.Slot : device.PhysicalSlot,
            Label = function.Label,
            Group = function.Group,
            GroupState = group is null ? null : TopologyGroup.StateOf(group),
            IsGroupWorthALook = group is not null && (group.IsCandidate || !_index.VmsOf(group.Group.Functions ?? ImmutableArray<PciAddress>.Empty).IsEmpty),
            Driver = function.Driver?.Name,
            Owner = device is null ? null : DeviceFamilies.Label(device.Owner),
            Vms = vms,
            IsMismatched = _index.ExpectedDevice(function.Address)?.IsMismatched,
            Critical = [.. (device?.Critical ?? []).Select(use => new TopologyUse(HostCriticalFamilies.Label(use.Reason), use.Chain))],
            Below = below,
            VirtualFunctions = virtualFunctions,
            IsIdle = !isWanted && below.All(node => node.IsIdle) && virtualFunctions.All(node => node.IsIdle),
        };
    }
}
