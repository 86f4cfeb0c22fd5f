using System.Collections.Immutable;
using Passthru.Findings.Values;

namespace Passthru.Findings.Isolation;

/// <summary>
/// One assumption of what the hardware isolates, with the layouts that a kernel would make of it: without an override, with the
/// one that is asked for, with a variant of the patch, and with all ACS on as at boot.
/// </summary>
internal sealed class Hypothesis
{
    private readonly PciTree _topology;
    private readonly GroupLayout _kernel;
    private readonly Explanation _hardware;
    private readonly ImmutableArray<Explanation> _overridden;
    private readonly Explanation _atBoot;
    private readonly ImmutableArray<Explanation> _others;

    /// <param name="tree">The functions.</param>
    /// <param name="kernel">The groups as they are.</param>
    /// <param name="hardware">Who is isolated without an override, now.</param>
    /// <param name="requested">The override as the command line asks for it; null where it does not.</param>
    public Hypothesis(PciTree tree, GroupLayout kernel, AcsModel hardware, AcsOverrideOptions? requested)
    {
        _topology = tree;
        _kernel = kernel;
        _hardware = With(hardware);
        _atBoot = With(hardware with { AsAtBoot = true });
        _overridden = requested is null ? [] : [With(hardware with { Override = requested }), With(hardware with { Override = requested with { IgnoresCapability = true } })];
        _others = requested is null ? [_atBoot] : [.. _overridden, _atBoot, With(hardware with { Override = requested, AsAtBoot = true })];

        Explanation With(AcsModel rule) => new(rule, new Lazy<ModelledLayout>(() => ModelledLayout.From(tree, rule), isThreadSafe: false));
    }

    public AcsModel HardwareRule => _hardware.Rule;

    /// <summary>Of the functions on whose group the override has a bearing, those that speak all say the same.</summary>
    public bool? ShowsOverride
    {
        get
        {
            if (_overridden.IsEmpty)
            {
                return null;
            }

            var (with, without) = (false, false);
            foreach (var node in _topology.Nodes.Where(node => node.KernelGroup is not null))
            {
                var isWith = _others.Any(other => other.Rule.Override != AcsOverrideOptions.None && Draws(other, node));
                var isWithout = Draws(_hardware, node) || Draws(_atBoot, node);
                with |= isWith && !isWithout;
                without |= isWithout && !isWith;
            }

            return with == without ? null : with;
        }
    }

    /// <summary>Every group that can be told is the kernel's; null where none can.</summary>
    /// <param name="isOverrideActive">Null: as it may be.</param>
    public bool? Matches(bool? isOverrideActive) =>
        Answers.Any(Candidates(isOverrideActive).Select(candidate => candidate.Layout.Matches(_topology, _kernel)));

    /// <summary>Null where a missing fact has a bearing on it, and where the group is finer than anything explains.</summary>
    public GroupIsolation? Judge(PciTreeNode[] members)
    {
        var hardware = _hardware.Layout;
        var together = Together(members, hardware.Cautious);
        if (hardware.CanTell && together.Count == members.Length)
        {
            return Verdict(together, null);
        }

        return members.All(hardware.IsCertainOf) && Array.Find([.. _others], other => other.Explains(members)) is { } cause ? Verdict(together, cause) : null;
    }

    /// <summary>The group is finer than the hardware's for certain, and nothing that is known draws it.</summary>
    public bool IsUnexplained(PciTreeNode[] members) =>
        members.All(_hardware.Layout.IsCertainOf)
        && Together(members, _hardware.Layout.Cautious).Count != members.Length
        && !_others.Any(other => Together(members, other.Layout.Trusting).Count == members.Length);

    /// <summary>The layout without an override, by the first member.</summary>
    public ImmutableArray<HardwareGroup> HardwareGroups() =>
    [
        .. _hardware.Layout.Cautious.Groups
            .Select(group => new HardwareGroup([.. group.Select(node => node.Address).Order()], group.All(_hardware.Layout.IsCertainOf)))
            .OrderBy(group => group.Functions[0]),
    ];

    private ImmutableArray<Explanation> Candidates(bool? isOverrideActive) => isOverrideActive switch
    {
        true => _overridden,
        false => [_hardware],
        null => [_hardware, .. _overridden],
    };

    private bool Draws(Explanation explanation, PciTreeNode node) =>
        explanation.Layout.IsCertainOf(node) && explanation.Layout.Cautious.AgreesOn(node, _kernel);

    private static List<PciTreeNode> Together(PciTreeNode[] members, GroupLayout layout) =>
        [.. members.SelectMany(layout.MembersWith).Distinct().OrderBy(node => node.Address)];

    /// <param name="together">The members, and whom the hardware puts with them.</param>
    /// <param name="cause">What keeps them apart in name; null where nothing has to.</param>
    private GroupIsolation Verdict(List<PciTreeNode> together, Explanation? cause)
    {
        var open = cause is null ? [] : together.Where(node => _hardware.Rule.Isolates(node) == false && cause.Rule.Isolates(node) == true).ToList();
        return new GroupIsolation
        {
            IsIsolated = cause is null,
            IsOverridden = cause is not null && cause.Rule.Override != AcsOverrideOptions.None,
            HardwareFunctions = [.. together.Select(node => node.Address)],
            OverriddenFunctions = [.. open.Where(node => _atBoot.Rule.Isolates(node) != true).Select(node => node.Address)],
            SwitchedOffFunctions = [.. open.Where(node => _atBoot.Rule.Isolates(node) == true).Select(node => node.Address)],
            PeerReachable = null,
        };
    }

    /// <summary>Who is isolated, and the layout that follows.</summary>
    private sealed record Explanation(AcsModel Rule, Lazy<ModelledLayout> LazyLayout)
    {
        public ModelledLayout Layout => LazyLayout.Value;

        public bool Explains(PciTreeNode[] members) => members.All(Layout.IsCertainOf) && Together(members, Layout.Cautious).Count == members.Length;
    }
}
