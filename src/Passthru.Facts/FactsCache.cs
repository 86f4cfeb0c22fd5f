using Passthru.Facts.Boot;
using Passthru.Facts.HostDependencies;
using Passthru.Facts.Iommu;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Facts.Processes;
using Passthru.Facts.Vms.Starts;

namespace Passthru.Facts;

/// <summary>What a read leaves for the next one of the same boot: answers that are dear and do not change.</summary>
public sealed record FactsCache
{
    public static readonly FactsCache Empty = new();

    public PciCache Pci { get; init; } = PciCache.Empty;

    public IommuCache Iommu { get; init; } = IommuCache.Empty;

    public KernelCache Kernel { get; init; } = KernelCache.Empty;

    public HostDependencyCache HostDependencies { get; init; } = HostDependencyCache.Empty;

    public HolderCache Holders { get; init; } = HolderCache.Empty;

    public BootCache Boot { get; init; } = BootCache.Empty;

    public StartLogCache Starts { get; init; } = StartLogCache.Empty;

    public bool? InterruptRemapping { get; init; }
}
