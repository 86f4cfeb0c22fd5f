using Passthru.Findings.Groups;
using Passthru.Findings.Isolation;

namespace Passthru.Exporter.Metrics;

internal static class GroupFamilies
{
    public static readonly Family[] All =
    [
        Family.Gauge("passthru_iommu_group_devices", "PCI functions in the IOMMU group, bridges included.", ["group"],
            view => OfEach(view.Report.Groups ?? [], group => group.Devices)),
        Family.Gauge("passthru_iommu_group_endpoints", "Endpoints in the IOMMU group.", ["group"],
            view => OfEach(view.Report.Groups ?? [], group => group.Endpoints)),
        Family.Gauge("passthru_iommu_group_viable", "Whether VFIO would accept the IOMMU group now: drivers of all members and direct regions permitting.", ["group"],
            view => OfEach(view.CoveredGroups, group => Number(group.Assignability.Viability.IsViable))) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_iommu_group_critical_devices", "Host-critical functions in the IOMMU group.", ["group"],
            view => OfEach(view.CoveredGroups, group => group.Assignability.CriticalDevices)) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_iommu_group_shared_critical", "Whether a host-critical function shares the IOMMU group with an endpoint that may be wanted for a VM; of groups with more than one endpoint.", ["group"],
            view => OfEach(view.CoveredGroups, group => group.Endpoints is not > 1 ? null : Number(group.Assignability.SharedCritical))) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_iommu_group_reserved_direct_regions", "Direct-mapped regions (RMRR, IVMD) for which VFIO refuses the IOMMU group.", ["group"],
            view => OfEach(view.CoveredGroups, group => group.DirectRegions)) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_iommu_group_holders", "Processes that hold the IOMMU group or one of its devices open; of groups with a member on VFIO or expected there.", ["group"],
            view => OfEach(Held(view), group => group.Holders?.Length)) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_iommu_group_stale_holders", "Processes that hold the IOMMU group and are known to be left over: their VM's own manager has no such VM running.", ["group"],
            view => OfEach(Held(view), group => group.StaleHolders)) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_iommu_group_service_holders", "Processes that hold the IOMMU group and run no VM, though a VM claims the group; programs that the configuration lists aside.", ["group"],
            view => OfEach(Held(view), group => group.ServiceHolders)) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_iommu_group_holder_info", "Whose a process is that holds the IOMMU group or one of its devices open: manager and name of its VM, none where it runs no VM.",
            ["group", "platform", "vm", "program"],
            view => Held(view).SelectMany(group => (group.Holders ?? []).Where(holder => !holder.IsUnknown).Select(holder => (group.Group.Name, Platform: holder.Platform?.Name ?? "none", Vm: holder.VmName ?? "", holder.Holder.Program)).Distinct())
                .Select(holder => Sample.Info(holder.Name, holder.Platform, holder.Vm, holder.Program))) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_iommu_group_node_present", "Whether the nodes of the IOMMU group and its devices in /dev/vfio are there and are the kernel's devices; of groups with a member on VFIO.", ["group"],
            view => OfEach(view.CoveredGroups, group => Number(group.NodePresent))) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_iommu_group_state_info", "Where the IOMMU group stands, the first that holds of in_use, blocked, reserved, available, host, unknown; and its default domain.",
            ["group", "state", "domain"], GroupStates.Infos) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_iommu_groups_by_state", "IOMMU groups with assignable devices, by state and by the kind of their principal endpoint.", ["state", "kind"],
            GroupStates.Counts),
        Family.Gauge("passthru_isolation_model_matches", "Whether all groups worked out from config space, with the ACS override as requested, are those of the kernel.", [],
            view => Sample.From(view.Report.Isolation.ModelMatches)),
        Family.Gauge("passthru_iommu_group_isolated", "Whether the hardware draws the boundary of the IOMMU group: 0 where only the ACS override does, or ACS was switched off after boot.", ["group"],
            view => OfEachJudged(view, (_, isolation) => isolation.IsIsolated ? 1 : 0)) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_iommu_group_hardware_devices", "PCI functions that the kernel would put together with those of the group were there no ACS override; where that is requested or they are others than those of the group.", ["group"],
            view => OfEachJudged(view, (group, isolation) => GroupReach.Hardware(view, group, isolation))) with { Covers = Coverage.Candidates },
        Family.Gauge("passthru_iommu_group_peer_reachable_devices", "Functions of other groups that could reach this one below a switch port without ACS, which the kernel's rule does not see; of groups below a switch.", ["group"],
            GroupReach.Peers) with { Covers = Coverage.Candidates },
    ];

    /// <summary>Those of a mediated device have no function, and are there while somebody holds them.</summary>
    private static IEnumerable<GroupVerdict> Held(View view) =>
        (view.Report.Groups ?? []).Where(group => group.CanBeHeld && (view.All || group.IsCandidate || group.Holders?.Length > 0));

    private static int? Number(bool? value) => value is { } known ? (known ? 1 : 0) : null;

    internal static IEnumerable<Sample> OfEachJudged(View view, Func<GroupVerdict, GroupIsolation, int?> value) =>
        OfEach(view.CoveredGroups, group => view.Report.Isolation.Of(group.Group.Name) is { } isolation ? value(group, isolation) : null);

    private static IEnumerable<Sample> OfEach(IEnumerable<GroupVerdict> groups, Func<GroupVerdict, int?> value) =>
        from verdict in groups
        let known = value(verdict)
        where known is not null
        select new Sample(known.Value, verdict.Group.Name);
}
