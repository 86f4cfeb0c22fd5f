namespace Passthru.Tests.Hosts;

/// <summary>Access Control Services: what a function can do and what is switched on (PCIe 7.7.11).</summary>
internal sealed record AcsBits(int Capability, int Control)
{
    /// <summary>Intel's Sunrise and Union Point root ports hold dwords instead of words (drivers/pci/quirks.c, INTEL_SPT_ACS_CTRL).</summary>
    public bool Dwords { get; init; }

    /// <summary>Source validation, request and completion redirect, upstream forwarding: what the kernel switches on.</summary>
    public static AcsBits On { get; } = new(0x1f, 0x1d);

    /// <summary>Capable, but nobody switched it on.</summary>
    public static AcsBits Off { get; } = new(0x1f, 0);

    /// <summary>No peer-to-peer at all: nothing to redirect, so no bit is implemented, and the kernel calls it isolated.</summary>
    public static AcsBits NothingToControl { get; } = new(0, 0);
}
