using Passthru.Facts.Pci;
using Passthru.Findings.Values;

namespace Passthru.Findings.Devices;

/// <summary>
/// What else a reset of a bus or slot hits, and whether the bridge above can do it: pci_reset_bus_function, pci_bus_reset and
/// pci_slot_reset in drivers/pci/pci.c.
/// </summary>
internal sealed class ResetDomains
{
    private readonly ILookup<(uint Domain, byte Bus), PciFunction> _onBus;
    private readonly ILookup<PciAddress, PciFunction> _below;
    private readonly Dictionary<PciAddress, PciFunction> _byAddress;
    private readonly HashSet<(uint Domain, byte Bus)> _incomplete;
    private readonly HashSet<PciAddress>? _hotplugPorts;
    private readonly ResetQuirks _quirks;

    public ResetDomains(PciFacts pci, ResetQuirks quirks)
    {
        _quirks = quirks;
        _byAddress = pci.Functions.ToDictionary(function => function.Address);
        _onBus = pci.Functions.ToLookup(function => BusOf(function.Address));
        _below = pci.Functions.SelectMany(function => function.Path.Ancestors.Select(above => (above, function)))
            .ToLookup(pair => pair.above, pair => pair.function);
        _incomplete = [.. pci.Unseen.Select(BusOf)];
        _hotplugPorts = pci.HotplugPorts is { } ports ? [.. ports] : null;
    }

    /// <summary>
    /// A reset of the bus is a reset of this function alone. The kernel lists the method before it has seen the neighbours on the
    /// bus, and refuses when it comes to it (pci_parent_bus_reset). A slot with a reset of its own is asked first, which looks at
    /// no neighbours (pci_dev_reset_slot_function).
    /// </summary>
    public bool? BusResetWorks(PciFunction function)
    {
        if (!function.IsEndpoint || BridgeResets(function) == false)
        {
            return false;
        }

        var bySlot = function.Multifunction == true ? false : SlotResets(function) & !function.Multifunction;
        var alone = IsAlone(function);
        return bySlot == true || alone == true ? BridgeResets(function) : bySlot | alone;
    }

    /// <summary>The same for <c>cxl_bus</c>, which first lets the port reset where that is masked (cxl_reset_bus_function).</summary>
    public bool? CxlBusResetWorks(PciFunction function) => function.IsEndpoint ? IsAlone(function) : false;

    /// <summary>
    /// The bridge above can reset what is below it: there is one, no quirk forbids it, and CXL does not mask it. A virtual
    /// function with a bus number of its own is on a bus without a bridge (virtfn_add_bus in drivers/pci/iov.c).
    /// </summary>
    public bool? BridgeResets(PciFunction function)
    {
        if (HasNoBridge(function))
        {
            return false;
        }

        return function.Path.Parent is { } parent && _byAddress.GetValueOrDefault(parent) is { } bridge
            ? Answers.All([_quirks.HasBusReset(bridge), bridge.Config?.CxlPort?.UnmasksBusReset != false])
            : null;
    }

    /// <summary>
    /// All that VFIO's hot reset of a function hits, itself included: its slot where that can be reset by itself, else its bus,
    /// with what is below bridges there (vfio_pci_for_each_slot_or_bus). Null where a function there could not be looked at.
    /// </summary>
    public IReadOnlyCollection<PciFunction>? HitByHotReset(PciFunction function)
    {
        var onBus = _onBus[BusOf(function.Address)].ToList();
        if (_incomplete.Contains(BusOf(function.Address)) || SlotResets(function) is not { } slot)
        {
            return null;
        }

        return [.. onBus.Where(other => !slot || other.Address.Device == function.Address.Device).SelectMany(other => _below[other.Address].Prepend(other)).Distinct()];
    }

    private bool? IsAlone(PciFunction function) => HasNoBridge(function) || _onBus[BusOf(function.Address)].Skip(1).Any() ? false
        : _incomplete.Contains(BusOf(function.Address)) || !function.Path.IsKnown ? null
        : true;

    private static bool HasNoBridge(PciFunction function) =>
        function.Path is { IsKnown: true, Parent: null } || (function.PhysicalFunction is { } physical && !physical.SharesBusWith(function.Address));

    /// <summary>pciehp looks after the one slot below a port: device 0 of its bus.</summary>
    private bool? SlotResets(PciFunction function) =>
        function.Address.Device != 0 || function.Path.Parent is not { } parent ? false : _hotplugPorts?.Contains(parent);

    private static (uint Domain, byte Bus) BusOf(PciAddress address) => (address.Domain, address.Bus);
}
