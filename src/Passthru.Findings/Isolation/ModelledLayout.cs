namespace Passthru.Findings.Isolation;

/// <summary>
/// The grouping worked out twice where a fact is missing: once as if it spoke for isolation, once as if against. What comes
/// out the same both times does not depend on it, as long as the topology is plain.
/// </summary>
/// <param name="Cautious">With every missing fact against isolation: the larger groups.</param>
/// <param name="Trusting">With every missing fact for it.</param>
/// <param name="CanTell">What depends on missing facts can be told from what does not.</param>
internal sealed record ModelledLayout(GroupLayout Cautious, GroupLayout Trusting, bool CanTell)
{
    public static ModelledLayout From(PciTree tree, AcsModel rule)
    {
        var cautious = GroupingModel.Group(tree, rule, trusting: false, out var metUnknown);
        var trusting = metUnknown ? GroupingModel.Group(tree, rule, trusting: true, out _) : cautious;
        return new ModelledLayout(cautious, trusting, CanTell: !metUnknown || tree.IsPlain);
    }

    /// <summary>No missing fact bears on who is together with the function.</summary>
    public bool IsCertainOf(PciTreeNode node) => CanTell && Cautious.AgreesOn(node, Trusting);

    /// <summary>Every group that can be told is the kernel's; null where none can.</summary>
    public bool? Matches(PciTree tree, GroupLayout kernel)
    {
        var certain = tree.Nodes.Where(node => node.KernelGroup is not null && IsCertainOf(node)).ToList();
        return certain.Count == 0 ? null : certain.All(node => Cautious.AgreesOn(node, kernel));
    }
}
