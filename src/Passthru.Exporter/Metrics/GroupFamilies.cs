using Passthru.Findings;

namespace Passthru.Exporter.Metrics;

internal static class GroupFamilies
{
    public static readonly Family[] All =
    [
        Family.Gauge("passthru_iommu_group_devices", "PCI functions in the IOMMU group, bridges included.", ["group"],
            view => OfEach(view.Report.Groups ?? [], group => group.Devices)),
        Family.Gauge("passthru_iommu_group_endpoints", "Endpoints in the IOMMU group.", ["group"],
            view => OfEach(view.Report.Groups ?? [], group => group.Endpoints)),
        Family.Gauge("passthru_iommu_group_reserved_direct_regions", "Direct-mapped regions (RMRR, IVMD) for which VFIO refuses the IOMMU group.", ["group"],
            view => OfEach(view.CoveredGroups, group => group.DirectRegions)) with { Covers = Coverage.Candidates },
    ];

    private static IEnumerable<Sample> OfEach(IEnumerable<GroupVerdict> groups, Func<GroupVerdict, int?> value) =>
        from verdict in groups
        let known = value(verdict)
        where known is not null
        select new Sample(known.Value, verdict.Group.Name);
}
