using System.Collections.Immutable;
using Passthru.Facts.Iommu;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Groups;

/// <summary>Whether VFIO would accept a group now.</summary>
/// <param name="IsViable">Null: a member can't be judged.</param>
/// <param name="Blockers">The members whose drivers stand in the way.</param>
public sealed record Viability(bool? IsViable, ImmutableArray<Blocker> Blockers)
{
    /// <summary>
    /// A member may be without a driver, or have one that leaves DMA to its user (driver_managed_dma, Linux 5.19): a driver of
    /// VFIO, pci-stub, pcieport on a bridge. Older kernels let bridges have any driver (vfio_dev_driver_allowed) and some
    /// distributions carry the newer rule in them: another driver on a bridge is not judged there. A region that must stay
    /// mapped (RMRR) makes VFIO refuse the group whatever the drivers.
    /// </summary>
    internal static Viability Assess(IommuGroup group, IReadOnlyDictionary<PciAddress, PciFunction>? functions, KernelFacts? kernel)
    {
        var members = (group.Functions ?? []).Select(address => functions?.GetValueOrDefault(address)).ToList();
        var newRule = KernelRelease.TryParse(kernel?.Release, out var release) && release >= KernelRelease.WithDmaOwnership;
        ImmutableArray<Blocker> blockers =
        [
            .. members.OfType<PciFunction>()
                .Where(member => Hinders(member, newRule) == true)
                .Select(member => new Blocker(member.Address, member.Driver!.Name)),
        ];
        if (blockers.Length > 0 || group.ReservedRegions?.Any(region => region.IsDirect) == true)
        {
            return new Viability(false, blockers);
        }

        var allJudged = group.Functions is not null
            && group.ReservedRegions is not null
            && group.OtherMembers.IsEmpty
            && members.All(member => member is not null && Hinders(member, newRule) is not null);
        return new Viability(allJudged ? true : null, blockers);
    }

    private static bool? Hinders(PciFunction member, bool newRule) => member switch
    {
        { Driver: null or { IsVfio: true } or { Name: "pci-stub" } } => false,
        { HeaderType: null } => null,
        { HeaderType: 0 } => true,
        { Driver.Name: "pcieport" } => false,
        _ => newRule ? true : null,
    };
}

/// <summary>A member that keeps its group from VFIO, with the driver that does it.</summary>
public sealed record Blocker(PciAddress Function, string Driver);
