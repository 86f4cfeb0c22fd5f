using Passthru.Facts.Pci;
using Passthru.Facts.Values;

namespace Passthru.Facts.KernelLog;

/// <summary>What the kernel has logged of ACS while it booted. The ring may have lost it: nothing said is no "no".</summary>
public sealed record AcsStatements
{
    public static readonly AcsStatements None = new();

    /// <summary>The override patch has taken its parameter: <c>Warning: PCIe ACS overrides enabled; This may allow …</c>.</summary>
    public bool OverrideEnabled { get; init; }

    /// <summary>
    /// The kernel does not know the parameter: <c>Unknown kernel command line parameters "pcie_acs_override=…", will be passed to user
    /// space.</c> (init/main.c, since Linux 5.14)
    /// </summary>
    public bool OverrideUnknown { get; init; }

    /// <summary>
    /// By port, whether Intel's older chipsets could be isolated by means of their own: <c>Intel PCH root port ACS workaround
    /// enabled</c>, <c>Failed to enable Intel PCH ACS quirk</c> (drivers/pci/quirks.c).
    /// </summary>
    public EquatableArray<PortWorkaround> Workarounds { get; init; } = [];
}

/// <summary>What became of the workaround at one port.</summary>
public readonly record struct PortWorkaround(PciAddress Port, bool IsEnabled);
