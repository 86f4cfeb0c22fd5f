using Passthru.Facts.Pci;
using static Passthru.Tests.Findings.Isolation.Machine;

namespace Passthru.Tests.Findings.Isolation;

/// <summary>
/// pci_device_group of drivers/iommu/iommu.c once more, as directly as C# can say it: no tables of quirks, no missing facts,
/// no thought of speed, and functions in the order in which the kernel's scan finds them.
/// </summary>
internal sealed class KernelGrouping
{
    private readonly Dictionary<PciAddress, PciFunction> _all;
    private readonly Dictionary<PciAddress, int> _types = [];
    private readonly Dictionary<PciAddress, string> _groups = [];
    private readonly string[] _override;

    private KernelGrouping(IEnumerable<PciFunction> functions, string acsOverride)
    {
        _all = functions.ToDictionary(function => function.Address);
        _override = acsOverride.Split(',');
    }

    /// <summary>The same functions in the groups that the kernel would make of those that have one.</summary>
    public static PciFunction[] Of(PciFunction[] functions, string acsOverride)
    {
        var kernel = new KernelGrouping(functions, acsOverride);
        var found = kernel.Scan(above: null).ToList();
        found.ForEach(kernel.Correct);
        foreach (var function in found.Where(function => function.Group is not null))
        {
            kernel._groups[function.Address] = kernel.DeviceGroup(function) ?? function.Address.ToString();
        }

        return [.. functions.Select(function => function with { Group = kernel._groups.GetValueOrDefault(function.Address) })];
    }

    /// <summary>A bus, then what is behind its bridges; virtual functions when their driver is there.</summary>
    private IEnumerable<PciFunction> Scan(PciAddress? above)
    {
        var children = _all.Values.Where(function => function.Path.Parent == above).OrderBy(function => function.Address).ToList();
        var physical = children.Where(function => !function.IsVirtual).ToList();
        return [.. physical, .. physical.SelectMany(function => Scan(function.Address)), .. children.Except(physical)];
    }

    private void Correct(PciFunction function)
    {
        var above = function.Path.Parent is { } parent ? _types[parent] : Conventional;
        var type = (int?)function.Config!.Express?.PortType ?? Conventional;
        _types[function.Address] = (type, above) switch
        {
            (DownstreamPort, RootPort or DownstreamPort or 8) => UpstreamPort,
            (UpstreamPort, UpstreamPort) => DownstreamPort,
            _ => type,
        };
    }

    private string? DeviceGroup(PciFunction function)
    {
        var top = function;
        foreach (var bridge in Ancestors(function).Where(bridge => _types[bridge.Address] is Conventional or PciBridge or 8))
        {
            top = bridge;
            if (_groups.TryGetValue(bridge.Address, out var group))
            {
                return group;
            }
        }

        foreach (var bridge in Ancestors(top).TakeWhile(bridge => !PathEnabled(bridge)))
        {
            top = bridge;
            if (_groups.TryGetValue(bridge.Address, out var group))
            {
                return group;
            }
        }

        return _groups.GetValueOrDefault(top.Address) ?? PeerGroup(top);
    }

    private string? PeerGroup(PciFunction top) => top.Multifunction != true || Enabled(top)
        ? null
        : _all.Values.Where(other => other.Address != top.Address && other.Address.SharesSlotWith(top.Address) && !Enabled(other))
            .Select(other => _groups.GetValueOrDefault(other.Address)).FirstOrDefault(group => group is not null);

    private IEnumerable<PciFunction> Ancestors(PciFunction function)
    {
        for (var parent = function.Path.Parent; parent is not null; parent = _all[parent.Value].Path.Parent)
        {
            yield return _all[parent.Value];
        }
    }

    private bool PathEnabled(PciFunction bridge) => Enabled(bridge) && Ancestors(bridge).All(Enabled);

    private bool Enabled(PciFunction function)
    {
        var type = _types[function.Address];
        var acs = function.Config!.AccessControl;
        if (type != Conventional && acs is null && Overridden(function, type))
        {
            return true;
        }

        var needed = (AccessControls)0x1d & ((acs?.Capability ?? 0) | AccessControls.EgressControl);
        var flags = acs is not null && (acs.Control & needed) == needed;
        return type switch
        {
            Conventional or PciBridge or 8 or 10 => false,
            RootPort or DownstreamPort => flags,
            Endpoint or 1 or UpstreamPort or Integrated => function.Multifunction != true || flags,
            _ => true,
        };
    }

    private bool Overridden(PciFunction function, int type) =>
        _override.Contains($"id:{function.Id}")
        || (type is RootPort or DownstreamPort && _override.Contains("downstream"))
        || (type is Endpoint or 1 or UpstreamPort or Integrated && function.Multifunction == true && _override.Contains("multifunction"));
}
