using Passthru.Facts.Values;

namespace Passthru.Facts.Pci;

/// <summary>The functions of the host, by address.</summary>
public sealed record PciFacts
{
    public required EquatableArray<PciFunction> Functions { get; init; }

    /// <summary>
    /// Functions that are on the list and could not be looked at, or not far enough to tell what they are and who has them: they
    /// are there, and nothing is said of them.
    /// </summary>
    public EquatableArray<PciAddress> Unseen { get; init; } = [];

    /// <summary>
    /// Ports whose slot the kernel's hot-plug driver looks after, so that the slot can be reset by itself (pciehp_reset_slot in
    /// drivers/pci/hotplug/pciehp_hpc.c); null where that could not be listed. Source: <c>/sys/bus/pci_express/drivers/pciehp</c>.
    /// </summary>
    public EquatableArray<PciAddress>? HotplugPorts { get; init; } = [];

    /// <summary>
    /// This kernel tells reset methods (Linux 5.15): at least one function has the file. With it, a function without has none.
    /// </summary>
    public bool TellsResetMethods => Functions.Any(function => function.ResetMethods is not null || !function.Tells("reset_method"));

    /// <summary>The list of names could be read, or there is none. Source: <c>pci.ids</c>.</summary>
    public bool NamesComplete { get; init; } = true;
}
