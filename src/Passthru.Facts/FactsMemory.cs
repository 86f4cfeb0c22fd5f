using Passthru.Facts.Boot;
using Passthru.Facts.Iommu;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Facts.Processes;
using Passthru.Facts.Usage;

namespace Passthru.Facts;

/// <summary>What a read leaves for the next one of the same boot: answers that are dear and do not change.</summary>
public sealed record FactsMemory
{
    public static readonly FactsMemory Empty = new();

    public PciMemory Pci { get; init; } = PciMemory.Empty;

    public IommuMemory Iommu { get; init; } = IommuMemory.Empty;

    public KernelMemory Kernel { get; init; } = KernelMemory.Empty;

    public UsageMemory Usage { get; init; } = UsageMemory.Empty;

    public HolderMemory Holders { get; init; } = HolderMemory.Empty;

    public BootMemory Boot { get; init; } = BootMemory.Empty;

    public bool? InterruptRemapping { get; init; }
}
