using Passthru.Facts.Pci;
using Passthru.Facts.Platform;
using Passthru.Facts.Values;

namespace Passthru.Facts.Baseline;

/// <summary>
/// What somebody has looked at and found right: which functions are there, which of them share a group, and what decides that.
/// Group numbers are not in it, they change with every boot; nor are virtual functions, which come and go by configuration.
/// </summary>
public sealed record HardwareBaseline
{
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>The kernel's release.</summary>
    public string? Kernel { get; init; }

    public required BoardFacts Board { get; init; }

    public required EquatableArray<BaselineFunction> Functions { get; init; }

    /// <summary>Who was together; empty where there was no IOMMU.</summary>
    public required EquatableArray<EquatableArray<PciAddress>> Groups { get; init; }
}

/// <summary>One function as it was.</summary>
/// <param name="Address">Where software looked for it.</param>
/// <param name="Place">Where it was plugged in, see <see cref="PciPath.Place"/>.</param>
public sealed record BaselineFunction(PciAddress Address, string Place)
{
    public PciId? Id { get; init; }

    public PciId? Subsystem { get; init; }

    /// <summary>What it was called, to tell of it once it is gone.</summary>
    public string? Name { get; init; }
}
