using System.Collections.Immutable;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Pci;
using Passthru.Findings.Values;

namespace Passthru.Findings.Ownership;

/// <summary>What the operator's own configuration says about devices: the strongest word there is.</summary>
public sealed record ConfiguredExpectations
{
    public static readonly ConfiguredExpectations None = new();

    public ImmutableArray<ConfiguredDevice> Devices { get; init; } = [];

    /// <summary>Programs that may have VFIO groups open without being virtual machines (DPDK, SPDK), as <c>/proc/PID/comm</c> names them.</summary>
    public ImmutableArray<string> Holders { get; init; } = [];

    /// <summary>Findings that the operator lives with.</summary>
    public ImmutableArray<Acceptance> Acceptances { get; init; } = [];
}

/// <summary>
/// One device, or all that are alike, that belong to VFIO at any time. Named by exactly one of address, ids and slot.
/// </summary>
/// <param name="At">Where it stands: <c>etc/passthru-exporter/config.yml:4</c>.</param>
public sealed record ConfiguredDevice(ConfigLine At)
{
    public PciSelector? Address { get; init; }

    public PciMatch? Id { get; init; }

    /// <summary>The board's slot, as the kernel names it in <c>/sys/bus/pci/slots</c>.</summary>
    public string? Slot { get; init; }

    /// <summary>The virtual machine that is to have it.</summary>
    public string? Vm { get; init; }
}
