using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Iommu;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Isolation;

/// <summary>
/// Works out the groups with the override as requested, and if those are the kernel's, without: a boundary that is in the one
/// layout and not in the other is drawn by the override alone.
/// </summary>
internal sealed class IsolationAudit
{
    private readonly Topology _topology;
    private readonly GroupLayout _kernel;
    private readonly AcsRule _honest;
    private readonly AcsRule _requested;

    private IsolationAudit(Topology topology, AcsRule requested)
    {
        _topology = topology;
        _kernel = GroupLayout.OfKernel(topology);
        _requested = requested;
        _honest = requested with { Override = AcsOverrideOptions.None };
    }

    public static IsolationVerdict Of(HostFacts facts, AcsOverride acsOverride, bool? iommuEnabled)
    {
        // With the IOMMU off, the kernel leaves ACS as the firmware set it, and there are no groups to compare.
        if (iommuEnabled != true || acsOverride.Active is null || facts.Pci is not { Unseen.IsEmpty: true } pci || facts.Iommu?.Groups is not { } groups
            || !MayReadCapabilities(pci) || groups.Any(group => group.Functions is null) || Topology.Of(pci, groups) is not { } topology)
        {
            return IsolationVerdict.Unknown;
        }

        var options = AcsOverrideOptions.Of(acsOverride);
        var hasIvrs = facts.Platform?.FirmwareTables?.Contains("IVRS");
        var verdict = IsolationVerdict.Unknown;
        foreach (var workaround in Workarounds(acsOverride).TakeWhile(_ => verdict.ModelMatches != true))
        {
            var rule = new AcsRule { Override = options, HasIvrs = hasIvrs, ChipsetWorkaround = workaround };
            verdict = new IsolationAudit(topology, rule).Judge(groups);
        }

        return verdict;
    }

    /// <summary>Without CAP_SYS_ADMIN the kernel gives out 64 bytes, 128 of a CardBus bridge (pci_read_config in drivers/pci/pci-sysfs.c).</summary>
    private static bool MayReadCapabilities(PciFacts pci) =>
        pci.Functions.Any(function => function.Config is not null)
        && pci.Functions.All(function => function.Config is null or { Length: >= ConfigSpace.ConventionalBytes });

    /// <summary>
    /// Whether Intel's older chipsets are isolated by means of their own is in no file. Without an override the kernel's groups
    /// tell: one answer explains them. With one, both would have to, and what hangs on the answer stays unknown.
    /// </summary>
    private static IEnumerable<bool?> Workarounds(AcsOverride acsOverride) => acsOverride.Active == false ? [true, false] : [null];

    private IsolationVerdict Judge(ImmutableArray<IommuGroup> groups)
    {
        var requested = ModelledLayout.Of(_topology, _requested);
        var matches = requested.Matches(_topology, _kernel);
        if (matches != true)
        {
            return IsolationVerdict.Unknown with { ModelMatches = matches };
        }

        var honest = _requested.Override == AcsOverrideOptions.None ? requested : ModelledLayout.Of(_topology, _honest);
        var reach = PeerReachable();
        var judged = ImmutableDictionary.CreateBuilder<string, GroupIsolation>();
        foreach (var group in groups.Where(Topology.HasIommu))
        {
            var members = Members(group);
            if (members.Length > 0 && members.All(member => requested.IsCertainOf(member) && honest.IsCertainOf(member)))
            {
                judged[group.Name] = JudgeGroup(members, honest.Cautious, reach(group.Name));
            }
        }

        return new IsolationVerdict { ModelMatches = true, Groups = judged.ToImmutable(), WithoutOverride = LayoutOf(honest) };
    }

    /// <summary>A number that does not depend on what is missing, or null.</summary>
    private Func<string, int?> PeerReachable()
    {
        var atLeast = PeerReach.Of(_topology, _honest, trusting: true, out var metUnknown);
        var atMost = metUnknown ? PeerReach.Of(_topology, _honest, trusting: false, out _) : atLeast;
        return group => atLeast.GetValueOrDefault(group) == atMost.GetValueOrDefault(group) ? atLeast.GetValueOrDefault(group) : null;
    }

    /// <summary>None of a group of which a member was not read: a function that has gone while one looked.</summary>
    private TopologyNode[] Members(IommuGroup group)
    {
        var members = group.Functions!.Value.Select(_topology.Find).OfType<TopologyNode>().ToArray();
        return members.Length == group.Functions.Value.Length ? members : [];
    }

    private GroupIsolation JudgeGroup(TopologyNode[] members, GroupLayout honest, int? peerReachable)
    {
        var together = members.SelectMany(honest.MembersWith).Distinct().OrderBy(node => node.Address).ToList();
        var isIsolated = together.Count == members.Length;
        return new GroupIsolation
        {
            IsIsolated = isIsolated,
            HardwareFunctions = [.. together.Select(node => node.Address)],
            OverriddenFunctions = isIsolated ? [] : [.. together.Where(IsOverridden).Select(node => node.Address)],
            PeerReachable = peerReachable,
        };
    }

    private bool IsOverridden(TopologyNode node) => _requested.Isolates(node) == true && _honest.Isolates(node) == false;

    private static ImmutableArray<HardwareGroup> LayoutOf(ModelledLayout layout) =>
    [
        .. layout.Cautious.Groups
            .Select(group => new HardwareGroup([.. group.Select(node => node.Address).Order()], group.All(layout.IsCertainOf)))
            .OrderBy(group => group.Functions[0]),
    ];
}
