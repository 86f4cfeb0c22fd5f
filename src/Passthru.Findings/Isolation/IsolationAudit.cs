using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Iommu;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Findings.Values;

namespace Passthru.Findings.Isolation;

/// <summary>
/// Holds the kernel's groups against those that the hardware would come to. A group that the hardware draws too is isolated, and
/// so is a union of such groups; one that is finer is explained by the override, or by ACS that was switched off after boot.
/// What is in no file (whether a chipset's workaround took, whether this kernel has a younger quirk) is assumed both ways: what
/// the kernel's groups refute is dropped, and only what the rest agree on is said.
/// </summary>
internal sealed class IsolationAudit
{
    private readonly PciTree _topology;
    private readonly ImmutableArray<IommuGroup> _groups;
    private readonly ImmutableArray<Hypothesis> _hypotheses;

    private IsolationAudit(PciTree tree, ImmutableArray<IommuGroup> groups, AcsModel rule, AcsOverrideOptions? requested)
    {
        _topology = tree;
        _groups = groups;
        var kernel = GroupLayout.OfKernel(tree);
        var open = new Hypothesis(tree, kernel, rule, requested);
        ImmutableArray<Hypothesis> consistent = tree.Nodes.Any(rule.HangsOnTheKernel)
            ? [.. Assumptions(rule).Select(assumed => new Hypothesis(tree, kernel, assumed, requested)).Where(it => it.Matches(isOverrideActive: null) == true)]
            : [];
        _hypotheses = consistent.IsEmpty ? [open] : consistent;
    }

    /// <summary>The kernel's groups are those that the override draws; false: those without it; null: both are the same, or neither.</summary>
    public bool? ShowsOverride => Agreed(hypothesis => hypothesis.ShowsOverride);

    /// <summary>Null where nothing can be told: no IOMMU, config space that could not be read.</summary>
    public static IsolationAudit? Assess(HostFacts facts, bool? iommuEnabled)
    {
        // With the IOMMU off, the kernel leaves ACS as the firmware set it, and there are no groups to compare.
        if (iommuEnabled != true || facts.Pci is not { Unseen.IsEmpty: true } pci || facts.Iommu?.Groups is not { } groups
            || !MayReadCapabilities(pci) || groups.Any(group => group.Functions is null) || PciTree.Build(pci, groups) is not { } tree)
        {
            return null;
        }

        var request = facts.Kernel?.CommandLine is { } line ? AcsOverrideRequest.Parse(line) : null;
        var rule = new AcsModel
        {
            Override = AcsOverrideOptions.None,
            HasIvrs = facts.Platform?.FirmwareTables?.Contains("IVRS"),
            Release = facts.Kernel?.Release,
            LoggedWorkarounds = facts.KernelLog?.Acs.Workarounds.ToDictionary(it => it.Port, it => it.IsEnabled) ?? [],
        };
        return new IsolationAudit(tree, groups, rule, request?.Options.Length > 0 ? AcsOverrideOptions.From(request.Options) : null);
    }

    public IsolationVerdict Judge(AcsOverride acsOverride)
    {
        var matches = Answers.Any(_hypotheses.Select(hypothesis => hypothesis.Matches(acsOverride.Active)));
        if (acsOverride.Requested is null && matches == false)
        {
            matches = null;
        }

        var judged = ImmutableDictionary.CreateBuilder<string, GroupIsolation>();
        var unexplained = ImmutableArray.CreateBuilder<string>();
        var reaches = _hypotheses.Select(hypothesis => PeerReachable(hypothesis.HardwareRule)).ToList();
        foreach (var group in _groups.Where(PciTree.HasIommu))
        {
            var members = Members(group);
            if (members.Length > 0 && Judge(members) is { } isolation)
            {
                var reach = reaches.Select(reachable => reachable(group.Name)).Distinct().ToList();
                judged[group.Name] = isolation with { PeerReachable = reach is [var one] ? one : null };
            }
            else if (members.Length > 0 && acsOverride.Requested is not null && _hypotheses.All(hypothesis => hypothesis.IsUnexplained(members)))
            {
                unexplained.Add(group.Name);
            }
        }

        return new IsolationVerdict
        {
            ModelMatches = matches,
            Groups = judged.ToImmutable(),
            Unexplained = unexplained.DrainToImmutable(),
            WithoutOverride = matches == true ? _hypotheses[0].HardwareGroups() : null,
        };
    }

    /// <summary>Without CAP_SYS_ADMIN the kernel gives out 64 bytes, 128 of a CardBus bridge (pci_read_config in drivers/pci/pci-sysfs.c).</summary>
    private static bool MayReadCapabilities(PciFacts pci) =>
        pci.Functions.Any(function => function.Config is not null)
        && pci.Functions.All(function => function.Config is null or { Length: >= ConfigSpace.ConventionalBytes });

    private static IEnumerable<AcsModel> Assumptions(AcsModel rule) =>
        from workaround in (bool[])[true, false]
        from laterRows in (bool[])[true, false]
        select rule with { ChipsetWorkaround = workaround, HasLaterRows = laterRows };

    private GroupIsolation? Judge(PciTreeNode[] members)
    {
        var verdicts = _hypotheses.Select(hypothesis => hypothesis.Judge(members)).ToList();
        return verdicts.TrueForAll(verdict => verdict is not null && verdict.SaysTheSameAs(verdicts[0]!)) ? verdicts[0] : null;
    }

    private bool? Agreed(Func<Hypothesis, bool?> ask) => _hypotheses.Select(ask).Distinct().ToList() is [var one] ? one : null;

    /// <summary>A number that does not depend on what is missing, or null.</summary>
    private Func<string, int?> PeerReachable(AcsModel hardware)
    {
        var atLeast = PeerReach.Count(_topology, hardware, trusting: true, out var metUnknown);
        var atMost = metUnknown ? PeerReach.Count(_topology, hardware, trusting: false, out _) : atLeast;
        return group => atLeast.GetValueOrDefault(group) == atMost.GetValueOrDefault(group) ? atLeast.GetValueOrDefault(group) : null;
    }

    /// <summary>None of a group of which a member was not read: a function that has gone while one looked.</summary>
    private PciTreeNode[] Members(IommuGroup group)
    {
        var members = group.Functions!.Value.Select(_topology.Find).OfType<PciTreeNode>().ToArray();
        return members.Length == group.Functions.Value.Length ? members : [];
    }
}
