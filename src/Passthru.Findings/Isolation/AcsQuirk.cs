using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Findings.Values;

namespace Passthru.Findings.Isolation;

/// <summary>A row of what the kernel knows about the isolation of certain functions, whatever their config space says.</summary>
/// <param name="Vendor">The vendor's id.</param>
/// <param name="When">To which of the devices it applies.</param>
/// <param name="Says">The answer.</param>
/// <param name="Devices">Ids; none is every device of the vendor.</param>
internal sealed record AcsQuirk(ushort Vendor, AcsQuirkScope When, AcsQuirkResult Says, params DeviceIds[] Devices)
{
    /// <summary>The version of Linux that brought the row; the default is older than any that matters.</summary>
    public KernelRelease Since { get; init; }

    public bool Names(PciId id) => id.Vendor == Vendor && (Devices.Length == 0 || Lists(id.Device));

    private bool Lists(ushort device)
    {
        foreach (var ids in Devices)
        {
            if (ids.Contains(device))
            {
                return true;
            }
        }

        return false;
    }
}

internal enum AcsQuirkScope
{
    Always,

    /// <summary>A PCI Express root port.</summary>
    RootPort,

    /// <summary>A root port or a switch's downstream port.</summary>
    Port,

    /// <summary>An endpoint within the root complex.</summary>
    Integrated,

    /// <summary>A multifunction device on a root bus of a machine whose firmware describes an AMD IOMMU.</summary>
    AmdSouthbridge,
}

internal enum AcsQuirkResult
{
    Isolated,

    NotIsolated,

    /// <summary>What the registers say, read as dwords; nothing without the capability.</summary>
    WideRegisters,

    /// <summary>Isolated if the kernel could switch on the means of its own that such a port has, else not.</summary>
    ChipsetWorkaround,
}
